import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import { Checked } from '../checked.js';
import { bad } from '../fake-prober.js';
import type { Person } from '../given.js';
import { drain, Outgoing } from '../outgoing.js';
import { Receiver } from '../receiver.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

/** The last word that channels hear of a rule and a monitor is true. The cooldown is 15 minutes, and two good checks are an all-clear. */
let app: TestApp;
let ada: Person;
let receiver: Receiver;
let outgoing: Outgoing;
let checked: Checked;
beforeAll(async () => {
  app = await TestApp.start({ env: { EGRESS_ALLOW: '127.0.0.0/8' } });
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
  receiver = await Receiver.start();
  outgoing = await Outgoing.to(app, ada, receiver.url);
  await edit({ channelIds: [outgoing.id] });
  checked = await Checked.of(app, ada);
});
afterEach(() => receiver.stop());

const ruleId = async (): Promise<string> => (await ada.api.get('/v1/alert-rules')).body.data[0].id;
async function edit(change: object): Promise<void> {
  const { status, text } = await ada.api.patch(`/v1/alert-rules/${await ruleId()}`, change);
  if (status !== 200) throw new Error(text);
}

/** What the channel heard, in that order. */
async function heard(): Promise<string[]> {
  await drain(app);
  return receiver.messages.map(({ type }) => type.replace('incident.', ''));
}
const lastMessage = (): any => receiver.messages.at(-1).data.incident;
const resolve = async (): Promise<any> =>
  (await ada.api.post(`/v1/incidents/${(await checked.incident()).id}/resolve`, {})).body;

/** Days in which somebody comes by, so that the session goes on. */
async function daysPass(count: number): Promise<void> {
  for (let i = 0; i < count * 3; i += 1) {
    app.clock.advance(8 * HOUR);
    await ada.api.get('/v1/me');
    await app.settled();
  }
}

/** Good checks for a whole cooldown, from the second one on. */
const CALM = '.'.repeat(17);

describe('a target that fails again two minutes after it was told to have recovered', () => {
  it('is told to fail at once, as the same incident, and that it is unstable', async () => {
    await checked.history('x..');
    expect(await heard()).toEqual(['created', 'resolved']);
    await checked.history('.x');
    expect(await heard()).toEqual(['created', 'resolved', 'reopened']);
    expect(lastMessage()).toMatchObject({
      status: 'open',
      resolvedAt: null,
      reopenCount: 1,
      flapping: true,
      allClearAfterSeconds: 900,
      resolution: null,
    });
    expect(await checked.incidents()).toHaveLength(1);
    expect(await checked.incident()).toMatchObject({
      status: 'open',
      resolvedAt: null,
      resolution: null,
      reopenCount: 1,
      flapping: true,
    });
    expect((await checked.timeline()).at(-2)).toMatchObject({ type: 'reopened', silence: null });
  });

  it('is told to be over when it was good for a whole cooldown, and nothing before that', async () => {
    await checked.history('x..x..x..');
    expect(await heard()).toEqual(['created', 'resolved', 'reopened']);
    const { status, goodSince } = await checked.incident();
    expect([status, typeof goodSince]).toEqual(['open', 'string']);
    await checked.history('.'.repeat(14));
    expect(await heard()).toHaveLength(3);
    await checked.history('.');
    expect(await heard()).toEqual(['created', 'resolved', 'reopened', 'resolved']);
    expect(await checked.incident()).toMatchObject({ status: 'resolved', flapping: false, goodSince: null });
  });

  it('has one duration, from the first failure to the last all-clear', async () => {
    await checked.history(`x..x${CALM}`);
    const { startedAt, resolvedAt, durationSeconds } = await checked.incident();
    expect(durationSeconds).toBe(Math.round((Date.parse(resolvedAt) - Date.parse(startedAt)) / 1000));
    expect(durationSeconds).toBeGreaterThan(20 * 60 - 1);
    await heard();
    expect(lastMessage()).toMatchObject({ durationSeconds, reopenCount: 1 });
    const parts = (await checked.timeline()).filter(({ type }) => type !== 'notified');
    expect(parts.map(({ type }) => type)).toEqual(['opened', 'resolved', 'reopened', 'resolved']);
  });

  it('has to be acknowledged anew, once: what comes and goes afterwards stays acknowledged', async () => {
    const acknowledge = async () =>
      ada.api.post(`/v1/incidents/${(await checked.incident()).id}/acknowledge`);
    await checked.history('x');
    await acknowledge();
    await checked.history('..x');
    expect(await checked.incident()).toMatchObject({ status: 'open', acknowledgedBy: null });
    await acknowledge();
    await checked.history('..x..x');
    expect(await checked.incident()).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: { id: ada.id },
    });
  });

  it('loses no time of being good, whichever process goes on', async () => {
    await checked.history(`x..x..${'.'.repeat(12)}`);
    await checked.adopt();
    await checked.history('..');
    expect((await checked.incident()).status).toBe('open');
    await checked.history('.');
    expect((await checked.incident()).status).toBe('resolved');
  });
});

describe('a target that fails after it was good for a whole cooldown', () => {
  it('has another incident', async () => {
    await checked.history(`x..${'.'.repeat(15)}x`);
    expect((await checked.incidents()).map(({ status }) => status)).toEqual(['open', 'resolved']);
    expect(await heard()).toEqual(['created', 'resolved', 'created']);
  });
});

describe('without a cooldown', () => {
  it('each failure is an incident of its own, told at once', async () => {
    await edit({ cooldownSeconds: 0 });
    await checked.history('x..x..');
    expect(await heard()).toEqual(['created', 'resolved', 'created', 'resolved']);
    expect(await checked.incidents()).toHaveLength(2);
  });
});

describe('what a person resolved', () => {
  it('and still fails is reopened with the next failure, and flapping then', async () => {
    await checked.history('x');
    expect((await resolve()).resolution).toBe('person');
    await checked.history('x');
    expect(await checked.incident()).toMatchObject({ status: 'open', reopenCount: 1, resolvedBy: null });
    expect(await heard()).toEqual(['created', 'resolved', 'reopened']);
  });

  it('while it was flapping is told when it was good for a whole cooldown', async () => {
    await checked.history('x..x');
    expect(await resolve()).toMatchObject({ status: 'resolved', flapping: true });
    expect((await checked.timeline()).at(-1)).toMatchObject({ type: 'resolved', silence: 'flapping' });
    expect(await heard()).toEqual(['created', 'resolved', 'reopened']);
    await checked.history(CALM);
    expect(await heard()).toEqual(['created', 'resolved', 'reopened', 'resolved']);
    expect(lastMessage()).toMatchObject({ resolution: 'person', flapping: false });
  });

  it('is not reopened by a check that had begun before', async () => {
    app.clock.advance(MINUTE);
    await checked.history('x');
    const { result, observation } = checked.observe(bad);
    app.clock.advance(1_000);
    await resolve();
    await checked.store(result, observation);
    expect((await checked.incident()).status).toBe('resolved');
    await checked.history('x');
    expect((await checked.incident()).status).toBe('open');
  });
});

describe('a rule', () => {
  it('that is deleted says so also where it had promised another word', async () => {
    await checked.history('x..x');
    await resolve();
    await ada.api.delete(`/v1/alert-rules/${await ruleId()}`);
    expect(await heard()).toEqual(['created', 'resolved', 'reopened', 'resolved']);
  });

  it('that was switched off and on again goes on with the same incident', async () => {
    await checked.history('x');
    await edit({ active: false });
    await checked.history('x');
    await edit({ active: true });
    await checked.history('x');
    expect(await heard()).toEqual(['created', 'resolved', 'reopened']);
    expect(receiver.messages[1].data.incident.resolution).toBe('rule-inactive');
  });
});

describe('a channel', () => {
  const other = async (): Promise<{ id: string; told: () => Promise<string[]> }> => {
    const { id, path } = await Outgoing.to(app, ada, receiver.url);
    const told = async () =>
      (await ada.api.get(`${path}/deliveries`)).body.data.map(({ type }: any) => type).toReversed();
    return { id, told };
  };

  it('that comes to the rule during an incident is told of it, and that it is over', async () => {
    await checked.history('x');
    const { id, told } = await other();
    await edit({ channelIds: [outgoing.id, id] });
    await checked.history('xx');
    expect(await told()).toEqual(['incident.created']);
    await checked.history('..');
    expect(await told()).toEqual(['incident.created', 'incident.resolved']);
    expect(await heard()).toHaveLength(4);
  });

  it('that leaves the rule during an incident still hears that it is over, and of no reopening', async () => {
    await checked.history('x');
    await edit({ channelIds: [] });
    await checked.history('..x');
    expect(await heard()).toEqual(['created', 'resolved']);
  });

  it('that was inactive when an incident began is told when it is active again', async () => {
    await ada.api.patch(outgoing.path, { active: false });
    await checked.history('xx');
    await ada.api.patch(outgoing.path, { active: true });
    await checked.history('xx');
    expect(await heard()).toEqual(['created']);
  });

  it('that missed what was waiting for it is told again when it is active again', async () => {
    receiver.replies.push(500);
    await checked.history('x');
    await drain(app);
    await ada.api.patch(outgoing.path, { active: false });
    await ada.api.patch(outgoing.path, { active: true });
    await checked.history('x');
    expect(await heard()).toEqual(['created', 'created']);
  });

  it('that was inactive when an incident ended is told when it is active again, days later', async () => {
    await checked.history('x');
    expect(await heard()).toEqual(['created']);
    await ada.api.patch(outgoing.path, { active: false });
    await checked.history('..');
    await daysPass(3);
    await checked.adopt();
    await checked.history('.');
    await ada.api.patch(outgoing.path, { active: true });
    await checked.history('..');
    expect(await heard()).toEqual(['created', 'resolved']);
  });

  it('that was gone when an incident ended is told when it is active again, whatever came between', async () => {
    await edit({ cooldownSeconds: 0 });
    await checked.history('x');
    expect(await heard()).toEqual(['created']);
    receiver.reply = 410;
    await checked.history('..');
    await drain(app);
    await checked.history('x..');
    receiver.reply = 204;
    receiver.received.length = 0;
    await ada.api.patch(outgoing.path, { active: true });
    expect(await heard()).toEqual(['resolved']);
    await checked.history('..');
    expect(await heard()).toEqual(['resolved']);
  });

  it('whose receiver was away hears the truth only', async () => {
    receiver.reply = 503;
    for (const check of 'x..x') {
      await checked.history(check);
      await drain(app);
    }
    receiver.reply = 204;
    receiver.received.length = 0;
    app.clock.advance(10 * MINUTE);
    expect(await heard()).toEqual(['reopened']);
  });

  it('whose receiver was away for an incident is not told last that it was over while the next one is open', async () => {
    await checked.history('x');
    await drain(app);
    receiver.reply = 503;
    await checked.history(`..`);
    for (const _ of '1234') {
      await drain(app);
      app.clock.advance(4 * MINUTE);
    }
    receiver.reply = 204;
    receiver.received.length = 0;
    await checked.history('x');
    expect(await heard()).toEqual(['created']);
    app.clock.advance(DAY);
    expect(await heard()).toEqual(['created']);
  });
});
