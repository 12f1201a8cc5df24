import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool, PoolConnection } from 'mysql2/promise';
import { AlertRulesRepository } from '../../src/alert-rules/alert-rules.repository.js';
import { LatestChecks } from '../../src/checks/latest-checks.js';
import { RecentChecks } from '../../src/checks/recent-checks.js';
import { UptimeRefresh } from '../../src/checks/storage/uptime-refresh.js';
import { newId } from '../../src/common/id.js';
import { dialect } from '../../src/config/dialect.js';
import { SqlReader } from '../../src/database/sql-reader.js';
import { MaintenanceWindowsRepository } from '../../src/maintenance/maintenance-windows.repository.js';
import { MonitorsRepository } from '../../src/monitors/monitors.repository.js';
import { TestApp } from '../app.js';
import type { Person } from '../given.js';

const POOL = 2;

/** Limits and lengths: all of the small ones, and some of the others. */
const NUMBERS = [
  ...Array.from({ length: 16 }, (_, i) => i + 1),
  23,
  37,
  50,
  64,
  65,
  99,
  100,
  137,
  163,
  199,
  200,
];

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start({ env: { DATABASE_POOL_SIZE: `${POOL}` } });
  ada = await app.given.owner();
});
afterAll(() => app.stop());

const texts = new Set<string>();

/** Asks with many limits, and for many numbers of things at a time. */
async function askForEverything(): Promise<void> {
  const log = app.statements.logQuery.bind(app.statements);
  app.statements.logQuery = (query, values, runner) => {
    if (query && !runner) texts.add(query);
    log(query, values, runner);
  };
  const ids = Array.from({ length: 200 }, () => newId('mon'));
  for (const n of NUMBERS) {
    for (const list of ['audit-events', 'monitors', 'api-keys?owner=team&', 'alert-rules', 'incidents'])
      await ada.api.get(`/v1/${list}${list.endsWith('&') ? '' : '?'}limit=${n}`);
    const some = ids.slice(0, n);
    await app.get(MonitorsRepository).findByIds(some);
    await app.get(LatestChecks).of(some, '24h');
    await app.get(AlertRulesRepository).findActive(some);
    await app.get(MaintenanceWindowsRepository).findAllAhead(app.clock.now(), some);
    await app.get(RecentChecks).of(
      some.map((id) => ({ id, teamId: ada.teamId })),
      3,
    );
    await app.get(UptimeRefresh).refresh(Array.from({ length: Math.min(n, 64) }, (_, shard) => shard));
  }
}

describe('what is asked of the database', () => {
  it('is asked in few texts, whatever the limits and however many things are asked for', async () => {
    await askForEverything();
    expect(texts.size).toBeGreaterThan(50);
    expect(texts.size).toBeLessThan(150);
  }, 120_000);
});

const describeOnServer = dialect === 'mysql' ? describe : describe.skip;

describeOnServer('a connection to MySQL or MariaDB (SQLite has no server to prepare on)', () => {
  /** How many statements each connection of the pool has prepared on the server, and not closed. */
  async function prepared(): Promise<number[]> {
    const { pool } = app.dataSource.driver as unknown as { pool: { promise(): Pool } };
    const connections: PoolConnection[] = [];
    for (let i = 0; i < POOL; i += 1) connections.push(await pool.promise().getConnection());
    const counts = connections.map(async (connection) => {
      const [rows] = await connection.query("SHOW SESSION STATUS LIKE 'Com_stmt_%'");
      const status = new Map(
        (rows as Array<{ Variable_name: string; Value: string }>).map((row) => [
          row.Variable_name,
          Number(row.Value),
        ]),
      );
      return status.get('Com_stmt_prepare')! - status.get('Com_stmt_close')!;
    });
    const found = await Promise.all(counts);
    for (const connection of connections) connection.release();
    return found;
  }

  it('has no more of them prepared than there were texts', async () => {
    for (const count of await prepared()) expect(count).toBeLessThanOrEqual(150);
  });

  it('keeps a bounded number of them, whatever it is asked', async () => {
    const perConnection = 2_000 / POOL;
    for (let n = 0; n < 2 * POOL * perConnection; n += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, i) => app.get(SqlReader).query(`SELECT ${n + i} AS n`, [])),
      );
    // Closing is a message without an answer: the last one may still be on its way.
    for (const count of await prepared()) expect(count).toBeLessThanOrEqual(perConnection + 1);
  }, 60_000);
});
