import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { loadConfig } from '../../src/config/config.js';
import { openDataSource } from '../../src/database/data-source.js';
import { entities } from '../entities.js';
import { migrate } from '../../src/database/migrate.js';
import { KeyProjects1700000026000 } from '../../src/database/migrations/1700000026000-key-projects.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';

/** The last migration of the first release. */
const RELEASED = 1_700_000_009_000;
const at = '2026-01-31 09:30:00';

let database: TestDatabase;
let source: DataSource;

/** A database of the first release. */
beforeEach(async () => {
  database = await newTestDatabase();
  source = await openDataSource(loadConfig(database.env), { entities });
  await migrate(source);
  for (;;) {
    const [{ timestamp }] = await source.query(
      'SELECT timestamp FROM migrations ORDER BY timestamp DESC LIMIT 1',
    );
    if (Number(timestamp) <= RELEASED) break;
    await source.undoLastMigration();
  }
  await insert('users', {
    id: 'u',
    name: 'Ada',
    email: 'a@b.c',
    emailKey: 'a@b.c',
    passwordHash: 'x',
    timeZone: 'UTC',
  });
  await insert('teams', { id: 't', name: 'Engines', plan: 'team' });
  await insert('projects', { id: 'p', teamId: 't', name: 'P', nameKey: 'p' });
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
});

async function insert(table: string, row: Record<string, unknown>, withUpdatedAt = true): Promise<void> {
  const all = { ...row, createdAt: at, ...(withUpdatedAt && { updatedAt: at }) };
  const places = Object.keys(all).map(() => '?');
  await source.query(
    `INSERT INTO ${table} (${Object.keys(all).join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(all),
  );
}

it('channels that were there go on as confirmed, and nobody counts as verified', async () => {
  const channel = { id: 'c', teamId: 't', type: 'email', name: 'C', nameKey: 'c', active: 1, config: '{}' };
  await insert('notification_channels', channel);
  await migrate(source);
  const [{ confirmedAt, createdAt }] = await source.query('SELECT * FROM notification_channels');
  expect(confirmedAt).toEqual(createdAt);
  expect(await source.query('SELECT emailVerifiedAt FROM users')).toEqual([{ emailVerifiedAt: null }]);
});

it('monitors that expected a redirection follow others again once they expect none', async () => {
  const settings = {
    teamId: 't',
    projectId: 'p',
    name: 'M',
    nameKey: 'm',
    url: 'https://example.com/',
    method: 'GET',
    intervalSeconds: 60,
    timeoutSeconds: 30,
    verifyTls: 1,
    followRedirects: 0,
    headers: '[]',
    auth: '{"type":"none"}',
    assertions: '[]',
    active: 1,
    status: 'up',
  };
  for (const [id, expectedStatus] of [
    ['m1', 301],
    ['m2', 200],
  ] as const)
    await insert('monitors', { ...settings, id, expectedStatus });
  await migrate(source);
  const rows = await source.query('SELECT id, followRedirects FROM monitors ORDER BY id');
  expect(rows.map(({ followRedirects }: any) => Boolean(followRedirects))).toEqual([true, false]);
});

const insertKey = (id: string, abilities: readonly string[]) =>
  insert(
    'api_keys',
    {
      id,
      teamId: 't',
      userId: 'u',
      name: 'K',
      abilities: JSON.stringify(abilities),
      lastEight: '12345678',
      allowedIps: '[]',
    },
    false,
  );

it('keys lose the ability that no operation asked for, wherever it stood', async () => {
  const lists = [
    ['monitors:read', 'audit:export'],
    ['audit:export', 'monitors:read'],
    ['monitors:read', 'audit:export', 'audit:read'],
    ['monitors:read'],
    ['audit:export'],
  ];
  for (const [i, abilities] of lists.entries()) await insertKey(`k${i}`, abilities);
  await migrate(source);
  const rows = await source.query('SELECT abilities FROM api_keys ORDER BY id');
  expect(rows.map(({ abilities }: any) => JSON.parse(abilities))).toEqual(
    lists.map((abilities) => abilities.filter((each) => each !== 'audit:export')),
  );
});

it('keys reach all of their team, and one that was limited to projects ends when this is undone', async () => {
  for (const id of ['k0', 'k1']) await insertKey(id, ['monitors:read']);
  await migrate(source);
  expect(await source.query('SELECT projectIds FROM api_keys')).toEqual([
    { projectIds: null },
    { projectIds: null },
  ]);
  await source.query(`UPDATE api_keys SET projectIds = '["p"]' WHERE id = 'k1'`);
  const runner = source.createQueryRunner();
  await new KeyProjects1700000026000().down(runner);
  await runner.release();
  const rows = await source.query('SELECT id, revokedAt FROM api_keys ORDER BY id');
  expect(rows).toEqual([
    { id: 'k0', revokedAt: null },
    { id: 'k1', revokedAt: expect.anything() },
  ]);
});
