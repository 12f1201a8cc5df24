import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { newId } from '../../src/common/id.js';
import { loadConfig } from '../../src/config/config.js';
import { openDataSource } from '../../src/database/data-source.js';
import { entities } from '../entities.js';
import { migrate } from '../../src/database/migrate.js';
import { TestApp } from '../app.js';
import { newScene, type Scene } from '../scene.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';

/** Incidents and deliveries that the version before wrote. */
let database: TestDatabase;
let scene: Scene;
let source: DataSource;
beforeAll(async () => {
  database = await newTestDatabase();
  const app = await TestApp.start({ database });
  scene = await newScene(app);
  await app.stop();
  source = await openDataSource(loadConfig(database.env), { entities });
  await undoTo('LastWords1700000019000');
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

/** Undoes this migration, and those that came after it. */
async function undoTo(name: string): Promise<void> {
  const [{ id }] = await source.query('SELECT id FROM migrations WHERE name = ?', [name]);
  const [{ n }] = await source.query('SELECT COUNT(*) AS n FROM migrations WHERE id >= ?', [id]);
  for (let i = 0; i < Number(n); i += 1) await source.undoLastMigration();
}

const incident = async (id: string): Promise<any> =>
  (await source.query('SELECT * FROM incidents WHERE id = ?', [id]))[0];

describe('what the version before stored', () => {
  it('goes on: each incident with the last word its channels heard, and its deliveries with their topic', async () => {
    const { incidentId, resolvedIncidentId, deliveryId, ruleId, monitorId } = scene;
    const secret = await copyOf(incidentId, { toldChannelIds: null, openKey: 'another' });
    await source.query('UPDATE deliveries SET incidentId = ? WHERE id = ?', [incidentId, deliveryId]);

    await migrate(source);

    const open = await incident(incidentId);
    expect(open).toMatchObject({ lastWord: 'failing', settled: 0, resolution: null, goodSince: null });
    expect(Number(open.lastToldAt)).toBe(Number(open.lastOpenedAt));
    expect(await incident(secret)).toMatchObject({ lastWord: 'good', settled: 0 });
    expect(await incident(resolvedIncidentId)).toMatchObject({
      lastWord: 'good',
      settled: 1,
      resolution: 'person',
    });
    const [delivery] = await source.query('SELECT * FROM deliveries WHERE id = ?', [deliveryId]);
    expect(delivery).toMatchObject({ topic: `${ruleId}:${monitorId}`, sendingUntil: null });
  });
});

/** Another incident with other values. Answers its id. */
async function copyOf(id: string, edit: object): Promise<string> {
  const row = { ...(await incident(id)), ...edit, id: newId('inc') };
  const columns = Object.keys(row);
  await source.query(
    `INSERT INTO incidents (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  );
  return row.id;
}
