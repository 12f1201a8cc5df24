import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import { systemActor } from '../../src/auth/principal.js';
import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import { AuditedTransactions } from '../../src/audit/audited-transactions.js';
import { RetentionJobs } from '../../src/database/retention-jobs.js';
import { NotFound, ValidationFailed } from '../../src/problems/common.problems.js';
import { Team } from '../../src/teams/team.entity.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import { HOUR, MINUTE } from '../test-clock.js';

const { ApiKeysWrite, AuditRead, MonitorsRead, TeamWrite } = Ability;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
});
afterAll(() => app.stop());

const rename = (person: Person, name: string) => person.api.patch('/v1/team', { name });
const names = (events: any[]) => events.map(({ changes }) => changes[0].to);

describe('an event', () => {
  it('tells who did what to what, with which request, and what changed', async () => {
    const ada = await app.given.owner();
    const before = app.clock.now().toISOString();

    const { headers } = await ada.api.patch(
      '/v1/team',
      { name: 'Engines' },
      { 'user-agent': 'jest', 'request-id': 'the-request-1' },
    );

    expect(headers['request-id']).toBe('the-request-1');
    const [event] = await app.given.log(ada);
    expect(event).toEqual({
      id: expect.stringMatching(/^aud_/),
      at: expect.any(String),
      action: 'team.updated',
      outcome: 'success',
      actor: { type: 'user', id: ada.id, name: 'Ada Lovelace', via: null },
      target: { type: 'team', id: ada.teamId, name: 'Engines' },
      count: 1,
      targetIds: [],
      teamId: ada.teamId,
      changes: [{ field: 'name', from: "Ada Lovelace's team", to: 'Engines' }],
      context: {
        requestId: 'the-request-1',
        ip: '127.0.0.1',
        userAgent: 'jest',
        method: 'PATCH',
        route: '/v1/team',
      },
    });
    expect(event.at >= before).toBe(true);
  });

  it('names the key that a program acted through, and the person behind it', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada, [TeamWrite]);
    await key.api.patch('/v1/team', { name: 'Engines' });
    expect((await app.given.log(ada, '&action=team.updated'))[0].actor).toEqual({
      type: 'api-key',
      id: ada.id,
      name: 'Ada Lovelace',
      via: { id: key.id, name: 'CI' },
    });
  });

  it('names the system where nobody asked', async () => {
    const ada = await app.given.owner({ plan: 'starter' });
    expect((await app.given.log(ada, '&action=team.plan-changed'))[0]).toMatchObject({
      actor: { type: 'system', id: null, name: null, via: null },
      context: { requestId: null, ip: null, userAgent: null, method: null, route: null },
      changes: [{ field: 'plan', from: 'team', to: 'starter' }],
    });
  });

  it('keeps the names things had when it happened', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await ada.api.patch(`/v1/api-keys/${key.id}`, { name: 'CD' });
    await ada.api.delete(`/v1/api-keys/${key.id}`);
    const events = await app.given.log(ada, `&targetId=${key.id}`);
    expect(events.map(({ target }) => target.name)).toEqual(['CD', 'CD', 'CI']);
  });
});

describe('GET /v1/audit-events', () => {
  let ada: Person;
  let key: Awaited<ReturnType<TestApp['given']['key']>>;
  const ids = (events: any[]) => events.map(({ id }) => id);

  beforeAll(async () => {
    ada = await app.given.owner();
    key = await app.given.key(ada, [TeamWrite, ApiKeysWrite]);
    await ada.api.patch('/v1/team', { name: 'One' }, { 'x-forwarded-for': '203.0.113.7' });
    app.clock.advance(HOUR);
    await key.api.patch('/v1/team', { name: 'Two' }, { 'x-forwarded-for': '2001:db8::7' });
    await key.api.post('/v1/api-keys', { name: 'x', abilities: [AuditRead] });
  });

  const matching = async (query: string) => app.given.log(ada, query);
  const all = () => matching('');

  it('lists the newest first', async () => {
    const events = await all();
    expect(events.slice(0, 4).map(({ action }) => action)).toEqual([
      'api-key.created',
      'team.updated',
      'team.updated',
      'api-key.created',
    ]);
    expect(events.at(-1).action).toBe('team.created');
  });

  const filters: Array<[string, () => string, (event: any) => boolean]> = [
    ['an action', () => '&action=team.updated', ({ action }) => action === 'team.updated'],
    ['all of a resource', () => '&action=api-key.*', ({ action }) => action.startsWith('api-key.')],
    ['a person, also through keys', () => `&actorId=${ada.id}`, ({ actor }) => actor.id === ada.id],
    ['a key', () => `&actorId=${key.id}`, ({ actor }) => actor.via?.id === key.id],
    ['a target', () => `&targetId=${key.id}`, ({ target }) => target?.id === key.id],
    ['an outcome', () => '&outcome=denied', ({ outcome }) => outcome === 'denied'],
    ['an address', () => '&ip=203.0.113.7', ({ context }) => context.ip === '203.0.113.7'],
    ['IPv4 as IPv6', () => '&ip=::ffff:203.0.113.7', ({ context }) => context.ip === '203.0.113.7'],
    ['IPv6 in capitals', () => '&ip=2001:DB8:0:0::7', ({ context }) => context.ip === '2001:db8::7'],
    [
      'several at once',
      () => `&action=team.*&actorId=${key.id}`,
      ({ action, actor }) => action === 'team.updated' && actor.via?.id === key.id,
    ],
  ];

  it.each(filters)('filters by %s', async (_, query, belongs) => {
    const expected = (await all()).filter(belongs);
    expect(expected).not.toEqual([]);
    expect(ids(await matching(query()))).toEqual(ids(expected));
  });

  it('filters by time: from a moment on, and before one', async () => {
    const moment = (await matching(`&actorId=${key.id}`)).at(-1).at;
    const [from, to] = [await matching(`&from=${moment}`), await matching(`&to=${moment}`)];
    expect(from.map(({ action }) => action)).toEqual(['api-key.created', 'team.updated']);
    expect(ids([...from, ...to])).toEqual(ids(await all()));
  });

  it('understands a moment in any offset', async () => {
    const moment = (await matching(`&actorId=${key.id}`)).at(-1).at;
    const elsewhere = new Date(Date.parse(moment) + 2 * HOUR).toISOString().replace('Z', '%2B02:00');
    expect(ids(await matching(`&from=${elsewhere}`))).toEqual(ids(await matching(`&from=${moment}`)));
  });

  it.each([
    ['action', 'fly'],
    ['action', '*'],
    ['action', 'api-key'],
    ['outcome', 'maybe'],
    ['ip', 'here'],
    ['from', 'yesterday'],
    ['from', '2026-01-01T00:00:00'],
    ['to', '2026-13-01T00:00:00Z'],
    ['to', '2026-02-30T00:00:00Z'],
    ['to', '9999-12-31T23:59:59-12:00'],
    ['limit', '0'],
    ['limit', '201'],
    ['limit', 'x'],
    ['cursor', 'x'],
    ['colour', 'red'],
  ])('refuses %s=%s', async (parameter, value) => {
    const answer = await ada.api.get(`/v1/audit-events?${parameter}=${value}`);
    expectProblem(answer, ValidationFailed, { errors: [expect.objectContaining({ parameter })] });
  });

  it('goes page by page through all of it, each event once, while events are added', async () => {
    const seen: any[] = [];
    const expected = ids(await all());
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: any } = await ada.api.get(
        `/v1/audit-events?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...body.data);
      cursor = body.nextCursor;
      await rename(ada, `Three ${seen.length}`);
    }
    expect(ids(seen)).toEqual(expected);
  });

  it('keeps the order in which things happened when the clock is set back an hour', async () => {
    const grace = await app.given.owner();
    await rename(grace, 'First');
    app.clock.advance(-HOUR);
    await rename(grace, 'Second');
    app.clock.advance(HOUR);
    await rename(grace, 'Third');
    expect(names(await app.given.log(grace, '&action=team.updated'))).toEqual(['Third', 'Second', 'First']);
  });

  it("shows nothing of another team's log", async () => {
    const eve = await app.given.owner({ name: 'Eve' });
    expect(await app.given.log(eve, `&actorId=${ada.id}`)).toEqual([]);
    expect(await app.given.log(eve, `&targetId=${ada.teamId}`)).toEqual([]);
    for (const event of await app.given.log(eve)) expect(event.teamId).toBe(eve.teamId);
  });

  it.each(['member', 'viewer'] as const)('is closed to a %s, and to their keys', async (role) => {
    const grace = await app.given.member(ada, role);
    const problem = { required: [AuditRead], missing: [AuditRead] };
    expectProblem(await grace.api.get('/v1/audit-events'), AbilityMissing, problem);
    const weak = await app.given.key(grace);
    expectProblem(await weak.api.get('/v1/audit-events'), AbilityMissing, problem);
  });

  it('is open to a key that may read it, and to no other', async () => {
    const grace = await app.given.owner();
    const reader = await app.given.key(grace, [AuditRead]);
    const other = await app.given.key(grace, [MonitorsRead]);
    expect((await reader.api.get('/v1/audit-events')).status).toBe(200);
    expect((await other.api.get('/v1/audit-events')).status).toBe(403);
  });
});

describe('GET /v1/audit-events/{id}', () => {
  it('shows one event as the list does', async () => {
    const ada = await app.given.owner();
    const [event] = await app.given.log(ada);
    const { status, body } = await ada.api.get(`/v1/audit-events/${event.id}`);
    expect(status).toBe(200);
    expect(body).toEqual(event);
  });

  it("answers another team's event like one that never was", async () => {
    const ada = await app.given.owner();
    const eve = await app.given.owner({ name: 'Eve' });
    const [event] = await app.given.log(ada);
    expectProblem(await eve.api.get(`/v1/audit-events/${event.id}`), NotFound);
    expectProblem(await eve.api.get('/v1/audit-events/aud_nope'), NotFound);
  });

  it.each(['put', 'patch', 'post', 'delete'] as const)('knows no %s', async (method) => {
    const ada = await app.given.owner();
    const [event] = await app.given.log(ada);
    const answer = await ada.api[method](`/v1/audit-events/${event.id}`);
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect(await app.given.log(ada)).toContainEqual(event);
  });
});

describe('an attempt that is denied', () => {
  beforeEach(() => app.clock.nextMinute());

  it('is recorded with what was attempted on what', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    const { headers } = await grace.api.patch(`/v1/members/${ada.id}`, { role: 'viewer' });
    expect((await app.given.log(ada, '&outcome=denied'))[0]).toMatchObject({
      action: 'member.role-changed',
      actor: { type: 'user', id: grace.id },
      target: { type: 'member', id: ada.id },
      changes: [],
      context: { requestId: headers['request-id'], method: 'PATCH', route: '/v1/members/{userId}' },
    });
  });

  it('hides no other: those that follow within a minute are one event with their number and targets', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    const others = ['usr_1', 'usr_2', 'usr_3', 'usr_2'];
    for (const id of others) await grace.api.delete(`/v1/members/${id}`);
    const denied = () => app.given.log(ada, '&outcome=denied');
    expect(await denied()).toMatchObject([{ target: { id: 'usr_1' }, count: 1, targetIds: [] }]);

    app.clock.advance(MINUTE);
    await app.get(RetentionJobs).run();
    await app.get(RetentionJobs).run();
    const [repeated, first, ...none] = await denied();
    expect(none).toEqual([]);
    expect(first.target.id).toBe('usr_1');
    expect(repeated).toMatchObject({
      action: 'member.removed',
      actor: { id: grace.id },
      target: { type: 'member', id: null },
      count: 3,
      targetIds: ['usr_2', 'usr_3'],
      context: { route: '/v1/members/{userId}' },
    });
  });

  it('is recorded at once for each caller and action, and anew after a minute', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    const denied = async () => (await app.given.log(ada, '&outcome=denied')).length;

    for (let i = 0; i < 3; i += 1) await rename(grace, 'Mine');
    expect(await denied()).toBe(1);
    await grace.api.delete(`/v1/members/${ada.id}`);
    expect(await denied()).toBe(2);
    app.clock.advance(MINUTE);
    await rename(grace, 'Mine');
    await app.get(RetentionJobs).run();
    const latest = (await app.given.log(ada, '&outcome=denied')).slice(0, 2);
    expect(latest.map(({ count, target }) => [count, target.id]).toSorted()).toEqual([
      [1, null],
      [2, null],
    ]);
    expect(await denied()).toBe(4);
  });

  it('is not recorded where it was only to read', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    await grace.api.get('/v1/audit-events');
    expect(await app.given.log(ada, '&outcome=denied')).toEqual([]);
  });
});

describe('a change and its event', () => {
  const nameOf = async ({ teamId }: Person) =>
    (await app.dataSource.getRepository(Team).findOneByOrFail({ id: teamId })).name;
  const events = ({ teamId }: Person) => app.dataSource.getRepository(AuditEvent).countBy({ teamId });

  it('stand together', async () => {
    const ada = await app.given.owner();
    const before = await events(ada);
    await rename(ada, 'Engines');
    expect([await nameOf(ada), await events(ada)]).toEqual(['Engines', before + 1]);
  });

  it('fall together when the change fails after its event was noted', async () => {
    const ada = await app.given.owner();
    const before = [await nameOf(ada), await events(ada)];

    const failing = app.get(AuditedTransactions).run(systemActor(ada.teamId), async (tx) => {
      await tx.manager.update(Team, { id: ada.teamId }, { name: 'Engines' });
      tx.record('team.updated', { type: 'team', id: ada.teamId, name: 'Engines' });
      throw new Error('changed my mind');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    expect([await nameOf(ada), await events(ada)]).toEqual(before);
  });

  it('fall together when the event cannot be written', async () => {
    const ada = await app.given.owner();
    const before = [await nameOf(ada), await events(ada)];

    const failing = app.get(AuditedTransactions).run(systemActor(ada.teamId), async (change) => {
      await change.manager.update(Team, { id: ada.teamId }, { name: 'Engines' });
      change.record('team.updated', { type: 'team', id: ada.teamId, name: 'Engines' });
      change.record('team.updated', { type: 'team', id: ada.teamId, name: 'Engines' });
      change.events[1]!.id = change.events[0]!.id; // refused: no two events have one identifier
    });

    await expect(failing).rejects.toThrow(/append-only|duplicate/i);
    expect([await nameOf(ada), await events(ada)]).toEqual(before);
  });

  it('are one: a change that records nothing is undone', async () => {
    const ada = await app.given.owner();
    const before = [await nameOf(ada), await events(ada)];

    const silent = app
      .get(AuditedTransactions)
      .run(systemActor(ada.teamId), (change) =>
        change.manager.update(Team, { id: ada.teamId }, { name: 'Engines' }),
      );

    await expect(silent).rejects.toThrow('at least one audit event');
    expect([await nameOf(ada), await events(ada)]).toEqual(before);
  });
});
