import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckRollup } from '../../src/checks/result/check-rollup.entity.js';
import { Transactions } from '../../src/database/transactions.js';
import { ScheduledRuleEvaluator } from '../../src/incidents/evaluation/scheduled-rule-evaluator.js';
import { TestApp } from '../app.js';
import { Checked, follow } from '../checked.js';
import { good } from '../fake-prober.js';
import { givenRollups } from '../given-checks.js';
import type { Person } from '../given.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

/** Rules that no single check decides. */
let app: TestApp;
let ada: Person;
let checked: Checked;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
  checked = await Checked.of(app, ada);
  app.clock.nextMinute();
});

const turn = async (now = app.clock.now().getTime()): Promise<void> => {
  await follow(app);
  await app.get(ScheduledRuleEvaluator).turn(now);
};

const rule = async (settings: object): Promise<string> => {
  const { status, body, text } = await ada.api.post('/v1/alert-rules', { name: 'Rule', ...settings });
  if (status !== 201) throw new Error(text);
  return body.id;
};
const uptime = { condition: 'uptime', operator: 'below', value: 99, window: '24h', resolveAfter: 1 };
const certificate = { condition: 'certificate-expiry', operator: 'below', value: 14, resolveAfter: 1 };

/** Checks of the last minutes, so many of them bad. */
const history = (ok: number, failed: number): Promise<void> => {
  const now = app.clock.now().getTime();
  const checks = Array.from({ length: ok + failed }, (_, i) => ({
    dueAt: now - (i + 1) * 10_000,
    verdict: i < failed ? ('failed' as const) : ('ok' as const),
  }));
  return givenRollups(app, [checked.id], checks);
};

describe('a rule about uptime', () => {
  it('opens an incident without a check of its own', async () => {
    await rule(uptime);
    await history(98, 2);
    await turn();
    expect(await checked.incident()).toMatchObject({
      title: 'Checkout: uptime over 24h is below 99 %',
      check: null,
      evidence: [],
    });
  });

  it('opens none at exactly its value, nor before there are ten checks', async () => {
    await rule(uptime);
    await history(99, 1);
    await turn();
    expect(await checked.incidents()).toEqual([]);
    checked = await Checked.of(app, ada);
    await history(0, 9);
    await turn();
    expect(await checked.incidents()).toEqual([]);
  });

  it('is judged once a minute', async () => {
    await rule(uptime);
    const first = app.clock.now().getTime();
    await turn(first);
    await history(0, 20);
    await turn(first + MINUTE - 1);
    expect(await checked.incidents()).toEqual([]);
    await turn(first + MINUTE);
    expect(await checked.incidents()).toHaveLength(1);
  });

  it('counts its looks where it wants several, and resolves when it is well again', async () => {
    await rule({ ...uptime, triggerAfter: 2 });
    await history(0, 20);
    await turn();
    expect(await checked.incidents()).toEqual([]);
    app.clock.advance(MINUTE);
    await turn();
    expect(await checked.incidents()).toHaveLength(1);
    app.clock.advance(MINUTE);
    await app.get(Transactions).run(({ manager }) => manager.delete(CheckRollup, { monitorId: checked.id }));
    await history(20, 0);
    await turn();
    expect(await checked.incident()).toMatchObject({ status: 'resolved', resolvedBy: null });
  });

  it('opens nothing in maintenance', async () => {
    const now = app.clock.now().getTime();
    await ada.api.post('/v1/maintenance-windows', {
      title: 'Disks',
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + HOUR).toISOString(),
      monitorIds: [checked.id],
    });
    await rule(uptime);
    await history(0, 20);
    await turn();
    expect(await checked.incidents()).toEqual([]);
  });
});

describe('a rule about certificates', () => {
  const seen = async (days: number): Promise<void> => {
    const certificateExpiresAt = app.clock.now().getTime() + days * DAY;
    await checked.check({ ...good, certificateExpiresAt });
  };

  it('opens an incident when the certificate ends soon, and resolves it with another one', async () => {
    await rule(certificate);
    await turn();
    await seen(13);
    await turn();
    expect(await checked.incident()).toMatchObject({
      title: 'Checkout: certificate ends in less than 14 days',
      status: 'open',
    });
    await seen(90);
    await turn();
    expect(await checked.incident()).toMatchObject({ status: 'resolved' });
  });

  it('is judged once an hour while neither it nor the certificate changes', async () => {
    await rule({ ...certificate, triggerAfter: 2 });
    await seen(13);
    await turn();
    app.clock.advance(HOUR - MINUTE);
    await turn();
    expect(await checked.incidents()).toEqual([]);
    app.clock.advance(MINUTE);
    await turn();
    expect(await checked.incidents()).toHaveLength(1);
  });

  describe('that comes to be over a monitor which has been looked at before', () => {
    beforeEach(async () => {
      await rule({ ...certificate, name: 'Other', value: 1 });
      await seen(13);
      await turn();
      expect(await checked.incidents()).toEqual([]);
    });

    const other = async () => (await Checked.of(app, ada)).id;
    const patch = (id: string, settings: object) => ada.api.patch(`/v1/alert-rules/${id}`, settings);

    it.each<[how: string, make: () => Promise<unknown>]>([
      ['because it is made', () => rule(certificate)],
      [
        'because it is switched on',
        async () => patch(await rule({ ...certificate, active: false }), { active: true }),
      ],
      [
        'because its scope grows',
        async () => {
          const monitorIds = [await other()];
          const id = await rule({ ...certificate, scope: 'monitors', monitorIds });
          await turn();
          await patch(id, { monitorIds: [...monitorIds, checked.id] });
        },
      ],
      [
        'because its value is edited',
        async () => {
          const id = await rule({ ...certificate, value: 5 });
          await turn();
          await patch(id, { value: 14 });
        },
      ],
      [
        'because fewer matches are enough for it',
        async () => {
          const id = await rule({ ...certificate, triggerAfter: 3 });
          await turn();
          await patch(id, { triggerAfter: 2 });
        },
      ],
    ])('is judged at once, %s', async (_, make) => {
      await make();
      await turn();
      expect(await checked.incidents()).toHaveLength(1);
    });
  });

  it('is judged again soon after the clock was set back', async () => {
    await rule({ ...certificate, triggerAfter: 2 });
    await seen(13);
    await turn();
    await turn(app.clock.now().getTime() - DAY);
    expect(await checked.incidents()).toHaveLength(1);
  });

  it('knows the certificate that another process saw', async () => {
    await rule(certificate);
    await seen(13);
    await checked.adopt();
    await turn();
    expect(await checked.incidents()).toHaveLength(1);
  });

  it('opens none where there is no certificate', async () => {
    await rule(certificate);
    await checked.history('.');
    await turn();
    expect(await checked.incidents()).toEqual([]);
  });
});
