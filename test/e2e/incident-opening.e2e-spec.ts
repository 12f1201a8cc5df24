import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import { Checked } from '../checked.js';
import { bad, good } from '../fake-prober.js';
import type { Person } from '../given.js';
import { drain, Outgoing } from '../outgoing.js';
import { Receiver } from '../receiver.js';
import { HOUR, MINUTE } from '../test-clock.js';

/** What checks make of incidents. A new team has the rule "Check failed" over all monitors, and a channel. */
let app: TestApp;
let ada: Person;
let checked: Checked;
beforeAll(async () => {
  app = await TestApp.start({ env: { EGRESS_ALLOW: '127.0.0.0/8' } });
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
  checked = await Checked.of(app, ada);
});

const firstRule = async (): Promise<any> => (await ada.api.get('/v1/alert-rules')).body.data[0];
const edit = async (change: object): Promise<void> => {
  const { status, text } = await ada.api.patch(`/v1/alert-rules/${(await firstRule()).id}`, change);
  if (status !== 200) throw new Error(text);
};

/** What was sent to the team's channel, in that order. */
async function sent(): Promise<string[]> {
  const { body: channels } = await ada.api.get('/v1/notification-channels');
  const { body } = await ada.api.get(`/v1/notification-channels/${channels.data[0].id}/deliveries`);
  return body.data.map(({ type }: { type: string }) => type).toReversed();
}

const typesOf = (events: any[]) => events.map(({ type }) => type);
const statusesOf = (incidents: any[]) => incidents.map(({ status }) => status);

describe('a bad check', () => {
  it('opens an incident, which tells of it', async () => {
    await checked.history('.x');
    const rule = await firstRule();
    expect(await checked.incident()).toEqual({
      id: expect.stringMatching(/^inc_[0-9a-z]{26}$/),
      title: 'Checkout: check failed',
      status: 'open',
      severity: 'high',
      monitor: { id: checked.id, name: 'Checkout', url: 'https://api.example.com/health' },
      rule: { id: rule.id, name: 'Check failed' },
      startedAt: expect.any(String),
      openedAt: expect.any(String),
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      resolution: null,
      durationSeconds: expect.any(Number),
      rootCause: null,
      reopenCount: 0,
      flapping: false,
      goodSince: null,
      check: {
        at: expect.any(String),
        statusCode: 500,
        error: 'unexpected-status',
        detail: 'The status is 500 instead of 200.',
      },
      updatedAt: expect.any(String),
      evidence: [
        {
          id: expect.stringMatching(/^chk_/),
          at: expect.any(String),
          trigger: 'scheduled',
          ok: false,
          error: 'unexpected-status',
          detail: 'The status is 500 instead of 200.',
          statusCode: 500,
          times: { dns: null, connect: 0.4, tls: null, firstByte: 1.5, total: 2 },
          bodyBytes: 2,
          certificateExpiresAt: null,
          address: '192.0.2.1',
          excerpt: null,
        },
      ],
    });
  });

  it('names the check as the history of checks does', async () => {
    await checked.history('x');
    const { body } = await ada.api.get(`/v1/monitors/${checked.id}/checks`);
    const { evidence, startedAt, openedAt, check } = await checked.incident();
    expect(evidence[0].id).toBe(body.data[0].id);
    expect([startedAt, check.at]).toEqual([body.data[0].at, body.data[0].at]);
    expect(Date.parse(openedAt) - Date.parse(startedAt)).toBe(2);
  });

  it('is told of once, however long it lasts', async () => {
    await checked.history('xxxx');
    expect(await checked.incidents()).toHaveLength(1);
    expect(await sent()).toEqual(['incident.created']);
    expect(await checked.timeline()).toEqual([
      {
        id: expect.stringMatching(/^ine_/),
        at: expect.any(String),
        type: 'opened',
        actor: null,
        text: 'It matched: check failed.',
        reason: null,
        silence: null,
        notification: null,
      },
    ]);
  });

  it('opens an incident of each rule that it matches', async () => {
    const slow = {
      name: 'Slow',
      condition: 'response-time',
      operator: 'at-least',
      value: 2,
      priority: 'low',
    };
    await ada.api.post('/v1/alert-rules', slow);
    await ada.api.post('/v1/alert-rules', { ...slow, name: 'Very slow', value: 3 });
    await ada.api.post('/v1/alert-rules', {
      name: 'Broken',
      condition: 'status-code',
      operator: 'equals',
      value: 500,
      priority: 'critical',
    });
    await checked.history('x');
    const found = (await checked.incidents()).map(({ title, severity }) => [title, severity]);
    expect(found.toSorted()).toEqual([
      ['Checkout: check failed', 'high'],
      ['Checkout: response time is at least 2 ms', 'low'],
      ['Checkout: status code is 500', 'critical'],
    ]);
  });

  it('opens none of a rule that is over other monitors', async () => {
    const other = await Checked.of(app, ada);
    await edit({ scope: 'monitors', monitorIds: [other.id] });
    await checked.history('xx');
    expect(await checked.incidents()).toEqual([]);
  });

  it('opens nothing where it says nothing of the monitor', async () => {
    await checked.check(bad, { verdict: 'inconclusive' });
    expect(await checked.incidents()).toEqual([]);
  });

  it('opens an incident under the name the monitor has by then', async () => {
    await ada.api.patch(`/v1/monitors/${checked.id}`, { name: 'Payment' });
    await checked.history('x');
    expect(await checked.incident()).toMatchObject({
      title: 'Payment: check failed',
      monitor: { name: 'Payment' },
    });
  });
});

describe('a rule that wants several checks', () => {
  it('opens with the last of them an incident that began with the first, and keeps all', async () => {
    await edit({ triggerAfter: 3 });
    await checked.history('.x.xx');
    expect(await checked.incidents()).toEqual([]);
    await checked.history('xx');
    const { startedAt, evidence } = await checked.incident();
    const [first, second, third] = evidence.map(({ at }: { at: string }) => Date.parse(at));
    expect(evidence).toHaveLength(3);
    expect(startedAt).toBe(evidence[0].at);
    expect([second! - first!, third! - second!].map((ms) => Math.round(ms / MINUTE))).toEqual([1, 1]);
    expect((await checked.timeline())[0].text).toBe('3 checks in a row matched: check failed.');
  });

  it('has the first bad one confirmed soon, and no other', async () => {
    await edit({ triggerAfter: 3 });
    const wishes: boolean[] = [];
    for (const probe of [good, bad, bad, good]) wishes.push((await checked.check(probe)).wantsConfirmation);
    expect(wishes).toEqual([false, true, false, false]);
  });

  it('counts on when another process takes the monitor over', async () => {
    await edit({ triggerAfter: 3 });
    await checked.history('.xx');
    await checked.adopt();
    await checked.history('x');
    const { evidence, startedAt } = await checked.incident();
    expect(evidence).toHaveLength(3);
    expect(startedAt).toBe(evidence[0].at);
  });
});

describe('good checks', () => {
  it('resolve an incident, as many as the rule wants', async () => {
    await checked.history('x.');
    expect(statusesOf(await checked.incidents())).toEqual(['open']);
    await checked.history('.');
    const { status, resolvedAt, resolvedBy, durationSeconds, startedAt } = await checked.incident();
    expect([status, resolvedBy]).toEqual(['resolved', null]);
    expect(durationSeconds).toBe(Math.round((Date.parse(resolvedAt) - Date.parse(startedAt)) / 1000));
    expect(await sent()).toEqual(['incident.created', 'incident.resolved']);
    expect((await checked.timeline()).at(-1)).toMatchObject({
      type: 'resolved',
      actor: null,
      reason: 'recovered',
      silence: null,
    });
  });

  it('resolve an incident that another process opened', async () => {
    await checked.history('x.');
    await checked.adopt();
    await checked.history('.');
    expect(statusesOf(await checked.incidents())).toEqual(['resolved']);
  });

  it('resolve one that somebody acknowledged', async () => {
    await checked.history('x');
    const { id } = await checked.incident();
    await ada.api.post(`/v1/incidents/${id}/acknowledge`);
    await checked.history('..');
    expect(await checked.incident()).toMatchObject({ status: 'resolved', acknowledgedBy: { id: ada.id } });
  });
});

describe('after a person resolved an incident', () => {
  it('checks from before count no more, whichever process goes on', async () => {
    await edit({ triggerAfter: 2, cooldownSeconds: 0 });
    await checked.history('xx');
    const { id } = await checked.incident();
    await ada.api.post(`/v1/incidents/${id}/resolve`, {});
    await checked.history('x');
    await checked.adopt();
    expect(await checked.incidents()).toHaveLength(1);
    await checked.history('x');
    expect(statusesOf(await checked.incidents())).toEqual(['open', 'resolved']);
  });
});

describe('maintenance', () => {
  const maintain = async (minutes: number): Promise<void> => {
    const now = app.clock.now().getTime();
    const { status, text } = await ada.api.post('/v1/maintenance-windows', {
      title: 'Disks',
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + minutes * MINUTE).toISOString(),
      monitorIds: [checked.id],
    });
    if (status !== 201) throw new Error(text);
  };

  it('opens nothing, and afterwards what still fails', async () => {
    await maintain(3);
    await checked.history('xx');
    expect(await checked.incidents()).toEqual([]);
    await checked.history('x');
    expect(statusesOf(await checked.incidents())).toEqual(['open']);
  });

  it('resolves as ever, and tells of it afterwards, whichever process goes on', async () => {
    await checked.history('x');
    await maintain(10);
    await checked.history('..');
    expect(statusesOf(await checked.incidents())).toEqual(['resolved']);
    expect(await sent()).toEqual(['incident.created']);
    expect((await checked.timeline()).at(-1)).toMatchObject({ type: 'resolved', silence: 'maintenance' });
    app.clock.advance(HOUR);
    await checked.adopt();
    await checked.history('.');
    expect(await sent()).toEqual(['incident.created', 'incident.resolved']);
  });
});

describe('what is sent', () => {
  it('is in the timeline when it has arrived', async () => {
    await checked.history('x..');
    await drain(app);
    const timeline = await checked.timeline();
    expect(typesOf(timeline)).toEqual(['opened', 'resolved', 'notified', 'notified']);
    expect(timeline[2]).toMatchObject({
      actor: null,
      notification: {
        deliveryId: expect.stringMatching(/^dlv_/),
        channelId: expect.stringMatching(/^chn_/),
        channelName: 'E-mail of the owner',
        message: 'incident.created',
        result: 'delivered',
      },
    });
  });
});

describe('what never arrives', () => {
  it('is in the timeline too, and why', async () => {
    const receiver = await Receiver.start();
    receiver.reply = 410;
    const { id, path } = await Outgoing.to(app, ada, receiver.url);
    await edit({ channelIds: [id] });
    await checked.history('x');
    await drain(app);
    await receiver.stop();
    const { name } = (await ada.api.get(path)).body;
    expect((await checked.timeline()).at(-1)).toMatchObject({
      type: 'notified',
      text: 'The receiver answered 410.',
      notification: { channelId: id, channelName: name, result: 'failed' },
    });
  });
});

describe('a check that the engine makes', () => {
  it('opens an incident, and one that is good again resolves it', async () => {
    const url = `https://${checked.id.slice(4)}.example.com/`;
    const { body } = await ada.api.post('/v1/monitors', { name: 'Home', url });
    app.prober.answer(url, bad);
    await app.check();
    const incidents = async () => (await ada.api.get(`/v1/incidents?monitorId=${body.id}`)).body.data;
    expect(statusesOf(await incidents())).toEqual(['open']);
    app.prober.answer(url, good);
    for (const _ of [1, 2]) await ada.api.post(`/v1/monitors/${body.id}/checks`);
    expect(statusesOf(await incidents())).toEqual(['resolved']);
  });
});

describe('a monitor', () => {
  it('resolves nothing by being paused', async () => {
    await checked.history('x');
    await ada.api.post(`/v1/monitors/${checked.id}/pause`);
    expect(statusesOf(await checked.incidents())).toEqual(['open']);
  });

  it('that is deleted resolves its incidents, which stay readable', async () => {
    await checked.history('x');
    await ada.api.delete(`/v1/monitors/${checked.id}`);
    const [incident] = await checked.incidents();
    expect(incident).toMatchObject({ status: 'resolved', resolvedBy: null, monitor: { name: 'Checkout' } });
    expect(await sent()).toEqual(['incident.created', 'incident.resolved']);
    expect((await checked.timeline(incident.id)).at(-1)).toMatchObject({ reason: 'monitor-deleted' });
  });
});

describe('a rule', () => {
  it('that is deleted resolves its incidents, which stay readable', async () => {
    await checked.history('x');
    await ada.api.delete(`/v1/alert-rules/${(await firstRule()).id}`);
    expect(await checked.incident()).toMatchObject({ status: 'resolved', rule: { name: 'Check failed' } });
    expect(await sent()).toEqual(['incident.created', 'incident.resolved']);
    expect((await checked.timeline()).at(-1)).toMatchObject({ type: 'resolved', reason: 'rule-deleted' });
    await checked.history('x');
    expect(await checked.incidents()).toHaveLength(1);
  });

  it('that is switched off resolves its incidents, and opens others when it is switched on', async () => {
    await checked.history('x');
    await edit({ active: false });
    expect((await checked.timeline()).at(-1)).toMatchObject({ type: 'resolved', reason: 'rule-inactive' });
    await checked.history('x');
    expect(statusesOf(await checked.incidents())).toEqual(['resolved']);
    await edit({ active: true, cooldownSeconds: 0 });
    await checked.history('x');
    expect(statusesOf(await checked.incidents())).toEqual(['open', 'resolved']);
  });

  it('that is narrowed resolves the incidents of the monitors it is over no more', async () => {
    const other = await Checked.of(app, ada);
    await checked.history('x');
    await other.history('x');
    await edit({ scope: 'monitors', monitorIds: [other.id] });
    expect((await checked.timeline()).at(-1)).toMatchObject({ reason: 'rule-out-of-scope' });
    expect(statusesOf(await other.incidents())).toEqual(['open']);
  });

  it('keeps its incident when something else of it is edited', async () => {
    await checked.history('x');
    await edit({ name: 'Down', priority: 'low' });
    expect(await checked.incident()).toMatchObject({
      status: 'open',
      severity: 'high',
      rule: { name: 'Check failed' },
    });
  });
});

describe('what could not be stored', () => {
  it('is stored with the next check', async () => {
    app.clock.advance(MINUTE);
    checked.observe(bad);
    expect(await checked.incidents()).toEqual([]);
    await checked.history('x');
    expect(statusesOf(await checked.incidents())).toEqual(['open']);
  });

  it('is stored once where several checks wait to be stored', async () => {
    app.clock.advance(MINUTE);
    const first = checked.observe(bad);
    app.clock.advance(MINUTE);
    const second = checked.observe(bad);
    await checked.store(first.result, first.observation);
    await checked.store(second.result, second.observation);
    expect(await checked.incidents()).toHaveLength(1);
    expect(await sent()).toEqual(['incident.created']);
    expect(second.observation.effect).not.toBeNull();
  });

  it('does not outlive a rule that was deleted meanwhile', async () => {
    app.clock.advance(MINUTE);
    const { result, observation } = checked.observe(bad);
    await ada.api.delete(`/v1/alert-rules/${(await firstRule()).id}`);
    await checked.store(result, observation);
    expect(await checked.incidents()).toEqual([]);
  });
});
