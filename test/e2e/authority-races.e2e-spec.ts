import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { ApiKey } from '../../src/api-keys/api-key.entity.js';
import { LastUsedTracker } from '../../src/auth/last-used-tracker.js';
import type { Transaction } from '../../src/database/transactions.js';
import { TestApp } from '../app.js';
import { eventually } from '../eventually.js';
import { PASSWORD, type Person } from '../given.js';
import type { Answer, HttpClient } from '../http-client.js';
import { projectScoped } from '../limited-scene.js';

/** Requests that run while somebody takes away what they rest on. SQLite runs one change after the other, which hides this kind of fault. */
const ROUNDS = 20;
const rounds = Array.from({ length: ROUNDS }, (_, i) => i);

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted();
const works = async (token: string) => (await app.bearing(token).get('/v1/me')).status === 200;
const rotateSelf = (api: HttpClient, body: object = {}) => api.post('/v1/api-keys/current/rotate', body);

describe('of many rotations with one token', () => {
  it.each(rounds)('one succeeds, and its token is the one that works (%#)', async () => {
    const key = await app.given.key(await app.given.owner());
    const answers = await Promise.all(Array.from({ length: 5 }, () => rotateSelf(key.api)));
    expect(statuses(answers)).toEqual([200, 401, 401, 401, 401]);
    expect(await works(answers.find(({ status }) => status === 200)!.body.token)).toBe(true);
  });

  it.each(rounds)('one succeeds also where the old token lives on (%#)', async () => {
    const key = await app.given.key(await app.given.owner());
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => rotateSelf(key.api, { overlapSeconds: 60 })),
    );
    expect(statuses(answers)).toEqual([200, 403, 403, 403, 403]);
    expect(await works(answers.find(({ status }) => status === 200)!.body.token)).toBe(true);
  });
});

describe('a token that its owner rotates away', () => {
  it.each(rounds)('rotates nothing once the owner has (%#)', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const [byOwner, byThief] = await Promise.all([
      ada.api.post(`/v1/api-keys/${key.id}/rotate`),
      rotateSelf(key.api),
    ]);
    expect(byOwner!.status).toBe(200);
    // The thief may have come first. Whoever comes last, it is not with a token that was replaced.
    const last = (await ada.api.get(`/v1/api-keys/${key.id}`)).body.lastEight;
    expect(last).toBe(byOwner!.body.lastEight);
    expect(byThief!.status === 401 || !(await works(byThief!.body.token))).toBe(true);
  });

  it.each(rounds)('rotates no other key either (%#)', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const other = await app.given.key(ada, ['monitors:read']);
    const [, byThief] = await Promise.all([
      ada.api.delete(`/v1/api-keys/${key.id}`),
      key.api.post(`/v1/api-keys/${other.id}/rotate`),
    ]);
    const { revokedAt } = await rowOf(key.id);
    const { rotatedAt } = await rowOf(other.id);
    expect(byThief!.status === 401 ? rotatedAt : rotatedAt! <= revokedAt!).toBe(
      byThief!.status === 401 ? null : true,
    );
  });
});

describe('a member who is removed', () => {
  it.each(rounds)('leaves no working key behind (%#)', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const create = () => grace.api.post('/v1/api-keys', { name: 'CI', abilities: ['monitors:read'] });
    const [removal, ...creations] = await Promise.all([
      ada.api.delete(`/v1/members/${grace.id}`),
      ...Array.from({ length: 8 }, create),
    ]);
    expect(removal!.status).toBe(204);
    for (const { status } of creations) expect([201, 401]).toContain(status);
    expect((await ada.api.get('/v1/api-keys?owner=team')).body.data).toEqual([]);
  });

  it.each([
    ['monitor', '/v1/monitors', { name: 'API', url: 'https://api.example.com/' }],
    ['project', '/v1/projects', { name: 'Engines' }],
    ['rule', '/v1/alert-rules', { name: 'Down', condition: 'check-failed' }],
    [
      'channel',
      '/v1/notification-channels',
      { name: 'Pager', config: { type: 'webhook', url: 'https://hooks.example.com/x' } },
    ],
  ])('makes no %s after their removal', async (_, path, body) => {
    for (const _round of rounds) {
      const ada = await app.given.owner();
      const grace = await app.given.member(ada, 'member');
      const [removal, creation] = await Promise.all([
        ada.api.delete(`/v1/members/${grace.id}`),
        grace.api.post(path, body),
      ]);
      expect([removal!.status, [201, 401].includes(creation!.status)]).toEqual([204, true]);
      expect(await orderOf(ada)).not.toMatch(/member\.removed .*\.created/);
    }
  });
});

describe('a member who is demoted', () => {
  it.each(rounds)('makes no monitor afterwards, and no key that could (%#)', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const [change, ...others] = await Promise.all([
      ada.api.patch(`/v1/members/${grace.id}`, { role: 'viewer' }),
      grace.api.post('/v1/monitors', { name: 'API', url: 'https://api.example.com/' }),
      grace.api.post('/v1/api-keys', { name: 'CI', abilities: ['monitors:write'] }),
    ]);
    expect(change!.status).toBe(200);
    for (const { status } of others) expect([201, 403]).toContain(status);
    expect(await orderOf(ada)).not.toMatch(/member\.role-changed .*(monitor|api-key)\.created/);
  });
});

describe('a key that is limited to a project', () => {
  it.each(rounds)('changes nothing beyond it afterwards, and makes no key that could (%#)', async () => {
    const { ada, key, shop, blog, blogMonitor } = await twoProjects();
    const [edit, ...answers] = await Promise.all([
      ada.api.patch(`/v1/api-keys/${key.id}`, { projectIds: [shop] }),
      key.api.post('/v1/monitors', { name: 'API', url: 'https://api.example.com/', projectId: blog }),
      key.api.patch(`/v1/monitors/${blogMonitor}`, { name: 'Posts' }),
      key.api.post('/v1/api-keys', { name: 'CI', abilities: ['monitors:read'], projectIds: null }),
    ]);
    expect(edit!.status).toBe(200);
    for (const { status } of answers) expect([200, 201, 403, 404, 422]).toContain(status);
    const limited = /api-key\.updated .*(monitor\.created|monitor\.updated|api-key\.created)/;
    expect(await orderOf(ada)).not.toMatch(limited);
  });
});

describe('a plan that is lowered', () => {
  it.each(rounds)('lets no key be made afterwards, and keys change nothing (%#)', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const lowered = app.given.onPlan(ada.teamId, 'free');
    const answers = await Promise.all([
      ada.api.post('/v1/api-keys', { name: 'CI', abilities: ['monitors:read'] }),
      key.api.post('/v1/projects', { name: 'Engines' }),
    ]);
    await lowered;
    for (const { status } of answers) expect([201, 403]).toContain(status);
    expect(await orderOf(ada)).not.toMatch(/team\.plan-changed .*(project|api-key)\.created/);
  });
});

describe('a session that is ended', () => {
  it.each(rounds)('changes nothing afterwards (%#)', async () => {
    const ada = await app.given.owner();
    const answers = await Promise.all([
      ada.api.post('/v1/auth/sign-out'),
      ...Array.from({ length: 4 }, (_, i) => ada.api.post('/v1/projects', { name: `Engines ${i}` })),
    ]);
    expect(answers[0]!.status).toBe(204);
    for (const { status } of answers.slice(1)) expect([201, 401]).toContain(status);
    expect(await orderOf(ada)).not.toMatch(/session\.revoked .*project\.created/);
  });
});

describe('people who act on each other', () => {
  it.each(rounds)('are both answered, and one of them acts (%#)', async () => {
    const ada = await app.given.owner();
    const [grace, joan] = [await app.given.member(ada, 'admin'), await app.given.member(ada, 'admin')];
    const answers = await Promise.all([
      grace.api.delete(`/v1/members/${joan.id}`),
      joan.api.delete(`/v1/members/${grace.id}`),
    ]);
    expect(statuses(answers)).toEqual([204, 401]);
  });
});

describe('somebody who belongs to no team', () => {
  it.each(rounds)('gets one of their own, also when they sign in twice at once (%#)', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    await ada.api.delete(`/v1/members/${grace.id}`);
    const signIn = () => app.anyone.post('/v1/auth/sign-in', { email: grace.email, password: PASSWORD });
    const answers = await Promise.all([signIn(), signIn()]);
    expect(statuses(answers)).toEqual([200, 200]);
    const [one, other] = answers.map(({ body }) => body);
    expect(one.team.id).toBe(other.team.id);
    expect((await app.bearing(one.token).get('/v1/teams')).body.data).toHaveLength(1);
  });
});

const onServer = process.env['DATABASE_URL'] ? describe : describe.skip;

onServer('a rotation that waits', () => {
  it('for the one before it is refused, although its token was good when it came', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const row = await holdRow('api_keys', key.id);
    const byOwner = ada.api.post(`/v1/api-keys/${key.id}/rotate`);
    await row.isWaitedForBy(1);
    const byThief = rotateSelf(key.api);
    await row.isWaitedForBy(2);
    await row.release();
    expect([(await byOwner).status, (await byThief).status]).toEqual([200, 401]);
    expect(await works((await byOwner).body.token)).toBe(true);
  });
});

onServer('a monitor that waits to be made', () => {
  it('while its key is being limited to another project is refused, although the key was good for it when it came', async () => {
    const { ada, key, shop, blog } = await twoProjects();
    const row = await holdRow('api_keys', key.id);
    const edit = ada.api.patch(`/v1/api-keys/${key.id}`, { projectIds: [shop] });
    await row.isWaitedForBy(1);
    const creation = key.api.post('/v1/monitors', {
      name: 'API',
      url: 'https://api.example.com/',
      projectId: blog,
    });
    await row.isWaitedForBy(2);
    await row.release();
    expect([(await edit).status, (await creation).status]).toEqual([200, 422]);
    expect((await creation).body.errors).toMatchObject([{ pointer: '/projectId', code: 'project' }]);
  });
});

/** A team with two projects, a monitor in the second, and a key that reaches both. */
async function twoProjects() {
  const ada = await app.given.owner();
  const project = async (name: string): Promise<string> =>
    (await ada.api.post('/v1/projects', { name })).body.id;
  const [shop, blog] = [await project('Shop'), await project('Blog')];
  const monitor = { name: 'Blog', url: 'https://blog.example.com/', projectId: blog };
  const { body } = await ada.api.post('/v1/monitors', monitor);
  const key = await app.given.key(ada, projectScoped);
  return { ada, key, shop, blog, blogMonitor: body.id as string };
}

/** Memberships come before credentials, and these before people: who waits for one holds none of those behind it. */
onServer('while it waits', () => {
  let ada: Person;
  let ownTeam: string;
  let membership: string;
  beforeEach(async () => {
    ada = await app.given.owner();
    ownTeam = (await ada.api.post('/v1/teams', { name: 'Engines' })).body.id;
    membership = await idOf('memberships', 'teamId', ada.teamId);
  });

  it('for a membership, a sign-in holds no person', async () => {
    const row = await holdRow('memberships', membership);
    const entered = app.anyone.post('/v1/auth/sign-in', { email: ada.email, password: PASSWORD });
    await row.isWaitedForBy(1);
    const isFree = await row.canHold('users', ada.id);
    await row.release();
    expect([(await entered).status, isFree]).toEqual([200, true]);
  });

  it('for a session, a change of the password holds no person', async () => {
    const { body } = await app.anyone.post('/v1/auth/sign-in', { email: ada.email, password: PASSWORD });
    const other = (await app.bearing(body.token).get('/v1/auth/sessions')).body.data;
    const row = await holdRow('sessions', other.find((session: any) => session.current).id);
    const change = { currentPassword: PASSWORD, newPassword: 'another nine grey pigeons' };
    const changed = ada.api.put('/v1/account/password', change);
    await row.isWaitedForBy(1);
    const isFree = await row.canHold('users', ada.id);
    await row.release();
    expect([(await changed).status, isFree]).toEqual([200, true]);
  });

  it.each(['there', 'back'])(
    'for one membership, a switch of teams holds neither the next nor a session (%s)',
    async (way) => {
      const [first, second] = [ada.teamId, ownTeam].toSorted();
      const [from, to] = way === 'there' ? [first, second] : [second, first];
      if (from !== ada.teamId) await ada.api.put('/v1/auth/session/team', { teamId: from });
      const row = await holdRow('memberships', await idOf('memberships', 'teamId', first!));
      const switched = ada.api.put('/v1/auth/session/team', { teamId: to });
      await row.isWaitedForBy(1);
      const areFree = [
        await row.canHold('memberships', await idOf('memberships', 'teamId', second!)),
        await row.canHold('sessions', await idOf('sessions', 'userId', ada.id)),
      ];
      await row.release();
      expect([(await switched).status, ...areFree]).toEqual([200, true, true]);
    },
  );
});

onServer('the last use of a key', () => {
  it('is noted while that of another one waits', async () => {
    const ada = await app.given.owner();
    const keys = [await app.given.key(ada), await app.given.key(ada)].toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    );
    const row = await holdRow('api_keys', keys[1]!.id);
    const write = ({ manager }: Transaction, id: string, lastUsedAt: Date) =>
      manager.update(ApiKey, { id }, { lastUsedAt });
    for (const { id } of keys) app.get(LastUsedTracker).note(id, null, app.clock.now(), null, write);
    const isNoted = async () => (await rowOf(keys[0]!.id)).lastUsedAt !== null;
    await eventually(isNoted).finally(() => row.release());
    await app.settled();
    expect((await rowOf(keys[1]!.id)).lastUsedAt).not.toBeNull();
  });
});

async function idOf(table: string, column: string, value: string): Promise<string> {
  const [row] = await app.dataSource.query(`SELECT id FROM ${table} WHERE ${column} = ?`, [value]);
  return row.id;
}

/** The actions in the log of somebody's team, oldest first. */
async function orderOf({ teamId }: Person): Promise<string> {
  const rows: Array<{ action: string }> = await app.dataSource.query(
    "SELECT action FROM audit_events WHERE teamId = ? AND outcome = 'success' ORDER BY seq",
    [teamId],
  );
  return rows.map(({ action }) => action).join(' ');
}

async function rowOf(id: string): Promise<Record<'rotatedAt' | 'revokedAt' | 'lastUsedAt', Date | null>> {
  const [row] = await app.dataSource.query(
    'SELECT rotatedAt, revokedAt, lastUsedAt FROM api_keys WHERE id = ?',
    [id],
  );
  return row;
}

/** Holds a row from a connection of its own. */
async function holdRow(table: string, id: string) {
  const runner: QueryRunner = app.dataSource.createQueryRunner();
  await runner.query('START TRANSACTION');
  await runner.query(`SELECT id FROM ${table} WHERE id = ? FOR UPDATE`, [id]);
  const waiting = async () => {
    const [row] = await runner.query(
      // What takes a second waits: without a lock in its way nothing here does.
      `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND command <> 'Sleep' AND time >= 1`,
    );
    return Number(row.n);
  };
  return {
    isWaitedForBy: (count: number) => eventually(async () => (await waiting()) >= count),
    /** Whether nobody else holds another row. */
    canHold: (other: string, otherId: string): Promise<boolean> =>
      runner.query(`SELECT id FROM ${other} WHERE id = ? FOR UPDATE NOWAIT`, [otherId]).then(
        () => true,
        () => false,
      ),
    release: async () => {
      await runner.query('COMMIT');
      await runner.release();
    },
  };
}
