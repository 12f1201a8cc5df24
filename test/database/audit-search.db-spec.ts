import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import { newId } from '../../src/common/id.js';
import { Transactions } from '../../src/database/transactions.js';
import { allPages } from '../all-pages.js';
import { TestApp } from '../app.js';
import type { Person } from '../given.js';

/**
 * A log longer than one request looks at (20,000 events), in which neighbours differ in every column: filters
 * that are each passed by half of it are passed by nothing together.
 */
const EVENTS = 42_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const BATCH = 700;

let app: TestApp;
let ada: Person;
let events: Array<Omit<AuditEvent, 'seq'>>;
beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
  events = Array.from({ length: EVENTS }, (_, n) => eventOf(n));
  for (let n = 0; n < EVENTS; n += BATCH)
    await app.get(Transactions).run(({ manager }) => manager.insert(AuditEvent, events.slice(n, n + BATCH)));
  ada = { ...ada, api: app.bearing(ada.token) };
}, 120_000);
afterAll(() => app.stop());

/** The clock is set back by a day in the middle. */
const timeOf = (n: number): Date => new Date(START + n * 60_000 - (n > EVENTS / 2 ? 86_400_000 : 0));

function eventOf(n: number): Omit<AuditEvent, 'seq'> {
  const isOdd = n % 2 === 1;
  const isRare = n % 4_000 === 7;
  return {
    id: newId('aud'),
    teamId: ada.teamId,
    at: timeOf(n),
    action: isRare ? 'project.deleted' : isOdd ? 'monitor.updated' : 'incident.noted',
    outcome: n % 5 === 0 ? 'denied' : 'success',
    actorType: 'user',
    actorId: isOdd ? 'usr_odd' : 'usr_even',
    actorName: 'Ada Lovelace',
    viaKeyId: n % 3 === 0 ? 'key_third' : null,
    viaKeyName: n % 3 === 0 ? 'CI' : null,
    targetType: 'monitor',
    targetId: isRare ? 'prj_rare' : isOdd ? 'mon_odd' : 'inc_even',
    targetName: 'Checkout',
    changes: '[]',
    requestId: null,
    ip: isOdd ? '203.0.113.1' : '203.0.113.2',
    userAgent: null,
    method: null,
    route: null,
  };
}

type Query = Readonly<Record<string, string>>;

/** What the filters of `query` say of an event. */
function passes(event: Omit<AuditEvent, 'seq'>, { action, actorId, from, to, ...same }: Query): boolean {
  if (action !== undefined && !new RegExp(`^${action.replace('*', '.*')}$`).test(event.action)) return false;
  if (actorId !== undefined && event[actorId.startsWith('key_') ? 'viaKeyId' : 'actorId'] !== actorId)
    return false;
  if (from !== undefined && event.at < new Date(from)) return false;
  if (to !== undefined && event.at >= new Date(to)) return false;
  return Object.entries(same).every(([name, value]) => event[name as keyof typeof event] === value);
}

const at = (n: number): string => timeOf(n).toISOString();

const queries: Query[] = [
  { action: 'project.deleted', actorId: 'usr_odd' },
  { action: 'project.*' },
  { action: 'project.*', outcome: 'success', ip: '203.0.113.1' },
  { action: 'monitor.*', targetId: 'prj_rare' },
  { targetId: 'prj_rare', from: at(8_000), to: at(30_000) },
  { actorId: 'usr_odd', ip: '203.0.113.2' },
  { action: 'monitor.updated', actorId: 'usr_even' },
  { action: 'incident.*', ip: '203.0.113.1', outcome: 'denied' },
  { actorId: 'key_third', outcome: 'denied', action: 'monitor.*' },
  { from: at(EVENTS / 2 + 500), to: at(EVENTS / 2 + 700) },
  { from: at(100), to: at(5_000), outcome: 'denied' },
  { to: at(3_000), actorId: 'usr_even' },
  { from: at(20_000), action: 'project.*' },
  { actorId: 'usr_nobody', action: 'monitor.deleted' },
];

describe('whoever follows the cursors gets every event that passes all filters, once and in order', () => {
  it.each(queries)('%j', async (query) => {
    const path = `/v1/audit-events?${new URLSearchParams(query).toString()}`;
    const found = (await allPages(ada.api, path)).map(({ id }) => id);
    const expected = events.filter((event) => passes(event, query)).map(({ id }) => id);
    // What the team itself did at its beginning comes last.
    expect(found.slice(0, expected.length)).toEqual(expected.toReversed());
    expect(found.length).toBeLessThan(expected.length + 20);
  });
});

describe('a request looks at a bounded number of events', () => {
  it.each<Query>([
    { action: 'monitor.updated', actorId: 'usr_even' },
    { action: 'incident.*', ip: '203.0.113.1', outcome: 'denied' },
  ])('and answers a short page where none of them passes: %j', async (query) => {
    const path = `/v1/audit-events?${new URLSearchParams(query).toString()}`;
    const { body } = await ada.api.get(path);
    expect(body).toEqual({ data: [], nextCursor: expect.any(String) });
  });

  it.each<Query>([
    { action: 'monitor.deleted', actorId: 'usr_even' },
    { action: 'maintenance-window.*' },
    { actorId: 'usr_nobody', action: 'monitor.updated', outcome: 'success' },
    { ip: '192.0.2.1', outcome: 'success' },
    { to: '2020-01-01T00:00:00Z' },
  ])('and says at once that there are none where one filter is passed by none: %j', async (query) => {
    const path = `/v1/audit-events?${new URLSearchParams(query).toString()}`;
    expect((await ada.api.get(path)).body).toEqual({ data: [], nextCursor: null });
  });
});
