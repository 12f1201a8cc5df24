import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckResultObservers } from '../../src/checks/result/check-result-observers.js';
import { TestApp } from '../app.js';
import { Checked } from '../checked.js';
import { linksIn, press } from '../confirmation-link.js';
import type { Person } from '../given.js';
import { drain } from '../outgoing.js';
import { HOUR } from '../test-clock.js';

/** Channels that come to be sent messages hear what they do not know. The cooldown is 15 minutes, and two good checks are an all-clear. */
const PATH = '/v1/notification-channels';

let log: string[];
let app: TestApp;
let ada: Person;
let checked: Checked;
beforeAll(async () => {
  log = [];
  app = await TestApp.start({ log: { write: (line) => log.push(line) } });
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
  checked = await Checked.of(app, ada);
});

const ruleId = async (): Promise<string> => (await ada.api.get('/v1/alert-rules')).body.data[0].id;
async function edit(change: object): Promise<void> {
  const { status, text } = await ada.api.patch(`/v1/alert-rules/${await ruleId()}`, change);
  if (status !== 200) throw new Error(text);
}

/** A channel to an address, which the rule tells. */
async function mailTo(address: string): Promise<string> {
  const { body, text } = await ada.api.post(PATH, { name: address, config: { type: 'email', address } });
  if (!body.id) throw new Error(text);
  await edit({ channelIds: [body.id] });
  return body.id;
}

const channel = async (id: string, change: object): Promise<void> => {
  const { status, text } = await ada.api.patch(`${PATH}/${id}`, change);
  if (status !== 200) throw new Error(text);
};

/** What was recorded for a channel of incidents, oldest first. */
async function told(id: string): Promise<string[]> {
  await drain(app);
  const { body } = await ada.api.get(`${PATH}/${id}/deliveries?limit=200`);
  return body.data
    .map(({ type }: { type: string }) => type)
    .filter((type: string) => type.startsWith('incident.'))
    .toReversed();
}

async function confirm(): Promise<void> {
  expect((await press(app, (await linksIn(app, log)).at(-1)!, 'confirm')).status).toBe(200);
}

describe('a channel whose address is confirmed', () => {
  it('while an incident is open is told of it with the next check, and that it is over', async () => {
    const id = await mailTo('night@example.com');
    await checked.history('xx');
    await confirm();
    expect(await told(id)).toEqual([]);
    await checked.history('x');
    expect(await told(id)).toEqual(['incident.created']);
    await checked.history('x..');
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
  });

  it('is told with the next check also where that is good, and not yet an all-clear', async () => {
    const id = await mailTo('midnight@example.com');
    await checked.history('x');
    await confirm();
    await checked.history('.');
    expect(await told(id)).toEqual(['incident.created']);
    await checked.history('.');
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
  });

  it('while it is inactive is told once it is active', async () => {
    const id = await mailTo('noon@example.com');
    await linksIn(app, log);
    await channel(id, { active: false });
    await checked.history('x');
    await confirm();
    await checked.history('x');
    expect(await told(id)).toEqual([]);
    await channel(id, { active: true });
    await checked.history('x');
    expect(await told(id)).toEqual(['incident.created']);
  });

  it('because it is that of a member is told as well, and by no edit twice', async () => {
    const id = await mailTo('dusk@example.com');
    await checked.history('x');
    await channel(id, { config: { address: ada.email } });
    await checked.history('x');
    expect(await told(id)).toEqual(['incident.created']);
    await channel(id, { name: 'Renamed' });
    await channel(id, { active: true, config: { address: ada.email } });
    await checked.history('x');
    expect(await told(id)).toEqual(['incident.created']);
  });

  it('after it was another one that heard of an incident hears that it is over', async () => {
    const id = await mailTo('dawn@example.com');
    await confirm();
    await checked.history('x');
    expect(await told(id)).toEqual(['incident.created']);
    await channel(id, { config: { address: 'dew@example.com' } });
    await checked.history('..');
    app.clock.advance(HOUR);
    await confirm();
    await checked.history('.');
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
  });

  it('in place of another that is confirmed is told what waited for that one', async () => {
    const id = await mailTo(ada.email);
    await checked.history('x');
    const grace = await app.given.member(ada, 'member');
    await channel(id, { config: { address: grace.email } });
    await checked.history('x');
    const { body } = await ada.api.get(`${PATH}/${id}/deliveries`);
    expect(body.data.map(({ type, status }: any) => [type, status])).toEqual([
      ['incident.created', 'pending'],
      ['incident.created', 'cancelled'],
    ]);
  });
});

describe('a channel that comes to the rule of what is flapping', () => {
  /** While it is good for less than a cooldown. */
  async function comeDuringCalm(): Promise<string> {
    await edit({ channelIds: [] });
    await checked.history('x..x..');
    return mailTo(ada.email);
  }

  it('while it is good is told with the next failure, and when it is over', async () => {
    const id = await comeDuringCalm();
    await checked.history('..x');
    expect(await told(id)).toEqual(['incident.reopened']);
    await checked.history('.'.repeat(17));
    expect(await told(id)).toEqual(['incident.reopened', 'incident.resolved']);
  });

  it('is told also where another process took the monitor up, or asked the database meanwhile', async () => {
    const id = await comeDuringCalm();
    await checked.adopt();
    await app.get(CheckResultObservers).reload();
    await checked.history('..x');
    expect(await told(id)).toEqual(['incident.reopened']);
  });
});

describe('a channel that is owed an all-clear', () => {
  /** Told of an incident, and inactive when it ended. */
  async function owed(): Promise<string> {
    const id = await mailTo(ada.email);
    await checked.history('x');
    expect(await told(id)).toEqual(['incident.created']);
    await channel(id, { active: false });
    await checked.history('..');
    return id;
  }

  it('hears it with the end of the next incident where that was first', async () => {
    const id = await owed();
    await checked.history(`${'.'.repeat(15)}x..`);
    await channel(id, { active: true });
    await checked.history('.');
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
  });

  it('hears of the next incident, where that is open, and of its end', async () => {
    const id = await owed();
    await checked.history(`${'.'.repeat(15)}x`);
    await channel(id, { active: true });
    await checked.history('x');
    expect(await told(id)).toEqual(['incident.created', 'incident.created']);
    await checked.history('..');
    expect(await told(id)).toEqual(['incident.created', 'incident.created', 'incident.resolved']);
  });

  it('hears it with the end of the next incident also where it left the rule, and another came', async () => {
    const id = await owed();
    const other = await mailTo((await app.given.member(ada, 'member')).email);
    await checked.history(`${'.'.repeat(15)}x`);
    await channel(id, { active: true });
    await checked.history('x..');
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
    expect(await told(other)).toEqual(['incident.created', 'incident.resolved']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the rule is deleted', async () => ada.api.delete(`/v1/alert-rules/${await ruleId()}`)],
    ['the rule is off', () => edit({ active: false })],
    ['the monitor is deleted', () => ada.api.delete(`/v1/monitors/${checked.id}`)],
  ])('hears it when it is active again, though %s', async (_, withdraw) => {
    const id = await owed();
    await withdraw();
    await channel(id, { active: true });
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
    await channel(id, { active: false });
    await channel(id, { active: true });
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
  });

  it('hears why it is over where its rule was deleted while it was inactive', async () => {
    const id = await mailTo(ada.email);
    await checked.history('x');
    await told(id);
    await channel(id, { active: false });
    await ada.api.delete(`/v1/alert-rules/${await ruleId()}`);
    await channel(id, { active: true });
    expect(await told(id)).toEqual(['incident.created', 'incident.resolved']);
    const [{ payload }] = await app.dataSource.query(
      "SELECT payload FROM deliveries WHERE channelId = ? AND type = 'incident.resolved'",
      [id],
    );
    expect(JSON.parse(payload).data.incident.resolution).toBe('rule-deleted');
  });
});
