import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { type Config, loadConfig } from '../../src/config/config.js';
import { openDataSource } from '../../src/database/data-source.js';
import { entities } from '../entities.js';
import { migrate } from '../../src/database/migrate.js';
import { EmailKeys1700000023000 } from '../../src/database/migrations/1700000023000-email-keys.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';

let database: TestDatabase;
let config: Config;
let sources: DataSource[];

beforeEach(async () => {
  database = await newTestDatabase();
  config = loadConfig(database.env);
  sources = [];
});
afterEach(async () => {
  for (const source of sources) await source.destroy();
  await database.drop();
});

async function open(): Promise<DataSource> {
  const source = await openDataSource(config, { entities });
  sources.push(source);
  return source;
}

it('the migrations build exactly the schema the entities describe, and can be undone', async () => {
  const source = await open();
  await migrate(source);

  const { upQueries } = await source.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);

  for (let i = 0; i < source.migrations.length; i += 1) await source.undoLastMigration();
  expect(await source.query('SELECT * FROM migrations')).toEqual([]);
});

it('two processes that start together migrate once', async () => {
  const processes = config.databaseUrl ? [await open(), await open()] : [await open()];

  const ran = await Promise.all(processes.map(migrate));

  expect(ran.flat()).toHaveLength(processes[0]!.migrations.length);
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
});

it('the keys of e-mail addresses get their domains in ASCII, where nobody else has that key', async () => {
  const source = await open();
  await migrate(source);
  const keys = ['a@b\u00fccher.example', 'b@b\u00fccher.example', 'b@xn--bcher-kva.example', 'c@localhost'];
  for (const [i, key] of keys.entries())
    await source.query(
      `INSERT INTO users (id, name, email, emailKey, passwordHash, timeZone, createdAt, updatedAt) VALUES (?, 'A', ?, ?, 'x', 'UTC', '2026-01-01 00:00:00', '2026-01-01 00:00:00')`,
      [`usr_${i}`, key, key],
    );

  const runner = source.createQueryRunner();
  await new EmailKeys1700000023000().up(runner);
  await runner.release();

  const rows = (await source.query('SELECT emailKey FROM users ORDER BY id')) as Array<{ emailKey: string }>;
  expect(rows.map(({ emailKey }) => emailKey)).toEqual(['a@xn--bcher-kva.example', ...keys.slice(1)]);
});

it('the database itself refuses to change or delete an event of the audit log', async () => {
  const source = await open();
  await migrate(source);
  await source.query(
    `INSERT INTO audit_events (id, at, action, outcome, actorType, changes) VALUES ('aud_1', '2026-01-01 00:00:00', 'team.created', 'success', 'system', '[]')`,
  );

  await expect(source.query(`UPDATE audit_events SET action = 'x'`)).rejects.toThrow('append-only');
  await expect(source.query('DELETE FROM audit_events')).rejects.toThrow('append-only');
  const replacement = `REPLACE INTO audit_events (seq, id, at, action, outcome, actorType, changes) SELECT `;
  const values = `at, action, outcome, actorType, '[1]' FROM audit_events`;
  for (const key of [`seq, id, `, `seq, 'aud_2', `, `seq + 1, id, `])
    await expect(source.query(`${replacement}${key}${values}`)).rejects.toThrow('append-only');
  expect(await source.query('SELECT id, changes FROM audit_events')).toEqual([
    { id: 'aud_1', changes: '[]' },
  ]);
});
