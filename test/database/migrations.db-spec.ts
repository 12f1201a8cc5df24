import { expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { openDataSource } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { newTestDatabase } from '../test-database.js';

it('the migrations build exactly the schema the entities describe, and can be undone', async () => {
  const database = await newTestDatabase();
  const source = await openDataSource(loadConfig(database.env));
  await migrate(source);

  const { upQueries } = await source.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);

  for (let i = 0; i < source.migrations.length; i += 1) await source.undoLastMigration();
  expect(await source.query('SELECT * FROM migrations')).toEqual([]);
  await source.destroy();
  await database.drop();
});

it('two processes that start together migrate once', async () => {
  const database = await newTestDatabase();
  const config = loadConfig(database.env);
  const sources = [await openDataSource(config), await openDataSource(config)];
  if (!config.databaseUrl) sources.pop();

  const counts = await Promise.all(sources.map(migrate));

  expect(Math.max(...counts)).toBe(sources[0]!.migrations.length);
  expect(counts.reduce((sum, count) => sum + count)).toBe(sources[0]!.migrations.length);
  for (const source of sources) await source.destroy();
  await database.drop();
});

it('the database itself refuses to change or delete an event of the audit log', async () => {
  const database = await newTestDatabase();
  const source = await openDataSource(loadConfig(database.env));
  await migrate(source);
  await source.query(
    `INSERT INTO audit_events (id, at, action, outcome, actorType, changes) VALUES ('aud_1', '2026-01-01 00:00:00', 'team.created', 'success', 'system', '[]')`,
  );

  await expect(source.query(`UPDATE audit_events SET action = 'x'`)).rejects.toThrow('append-only');
  await expect(source.query('DELETE FROM audit_events')).rejects.toThrow('append-only');
  await source.destroy();
  await database.drop();
});
