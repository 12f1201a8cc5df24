import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { StartError } from '../../src/common/start-error.js';
import { type Config, loadConfig } from '../../src/config/config.js';
import { dialect } from '../../src/config/dialect.js';
import { openDataSource } from '../../src/database/data-source.js';
import { entities } from '../entities.js';
import { isOutdated, migrate } from '../../src/database/migrate.js';
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

/** A released migration never changes: of each, a digest of what it executes. */
const RELEASED = {
  Initial1764547200000: {
    sqlite: 'ee16300c2badbc5a4088b14ebc403cb3',
    mysql: '9ffb1e098bf7557ba46d0cd53008c63f',
  },
};

it('each migration executes what it did when it was released', async () => {
  const source = await open();
  const digests: Record<string, string> = {};
  const runner = source.createQueryRunner();
  for (const migration of source.migrations) {
    const executed: string[] = [];
    const query = runner.query.bind(runner);
    runner.query = (sql: string, values?: unknown[]) => {
      executed.push(sql);
      return query(sql, values);
    };
    await migration.up(runner);
    runner.query = query;
    const changing = executed.filter((sql) => !/^\s*(SELECT|PRAGMA|SHOW)\b/i.test(sql));
    const text = changing.map((sql) => sql.replace(/\s+/g, ' ').trim()).join('\n');
    digests[migration.constructor.name] = createHash('sha256').update(text).digest('hex').slice(0, 32);
  }
  await runner.release();
  expect(digests).toEqual(
    Object.fromEntries(Object.entries(RELEASED).map(([name, digestsOf]) => [name, digestsOf[dialect]])),
  );
});

it('a database that a later version made is refused, by the name of what is not known', async () => {
  const source = await open();
  await migrate(source);
  await source.query("INSERT INTO migrations (timestamp, name) VALUES (1900000000000, 'Later1900000000000')");
  await expect(migrate(source)).rejects.toThrow('Later1900000000000');
  await expect(isOutdated(source)).rejects.toThrow(StartError);
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
