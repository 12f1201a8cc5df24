import type { DataSource } from 'typeorm';
import { Plan } from '../src/auth/plan.js';
import { ChecksRepository } from '../src/checks/checks.repository.js';
import { Check } from '../src/checks/result/check.entity.js';
import { CheckRetentionRepository } from '../src/checks/storage/check-retention.repository.js';
import { CheckStore } from '../src/checks/storage/check-store.js';
import { MonitorRoundsRepository } from '../src/checks/storage/monitor-rounds.repository.js';
import { CheckRetention } from '../src/checks/storage/retention.js';
import { StoredChecksRepository } from '../src/checks/storage/stored-checks.repository.js';
import { UptimeRefresh } from '../src/checks/storage/uptime-refresh.js';
import { CheckRequest } from '../src/checks/worker/check-request.entity.js';
import { CheckRequestsRepository } from '../src/checks/worker/check-requests.repository.js';
import { UptimeService } from '../src/checks/uptime.service.js';
import type { Clock } from '../src/common/clock.js';
import { newId } from '../src/common/id.js';
import { SHARDS } from '../src/common/slot-grid.js';
import { type Config, loadConfig } from '../src/config/config.js';
import { openDataSource, openReadDataSource } from '../src/database/data-source.js';
import { entities } from './entities.js';
import { migrate } from '../src/database/migrate.js';
import { SqlReader } from '../src/database/sql-reader.js';
import { Transactions } from '../src/database/transactions.js';
import { Monitor } from '../src/monitors/monitor.entity.js';
import { MonitorState } from '../src/monitors/monitor-state.entity.js';
import { initialState } from '../src/monitors/monitor-states.js';
import type { TeamMonitors } from '../src/monitors/team-monitors.js';
import { RemovedMonitor } from '../src/monitors/removed-monitor.entity.js';
import { Project } from '../src/projects/project.entity.js';
import { Team } from '../src/teams/team.entity.js';
import { StatementWatch } from './statement-watch.js';
import { newTestDatabase, type TestDatabase } from './test-database.js';

const AT = new Date('2026-03-01T00:00:00Z');

/** How many rows one statement inserts. */
const BATCH = 500;
const times = { createdAt: AT, updatedAt: AT };

/** A migrated database with monitors in it, without the application. */
export class MonitoredDatabase {
  private constructor(
    private readonly database: TestDatabase,
    private readonly config: Config,
    readonly statements: StatementWatch,
    readonly source: DataSource,
    private readonly readSource: DataSource,
    readonly transactions: Transactions,
  ) {}

  static async make(): Promise<MonitoredDatabase> {
    const database = await newTestDatabase();
    const config = loadConfig(database.env);
    const statements = new StatementWatch();
    const source = await openDataSource(config, { entities, logger: statements });
    await migrate(source);
    const readSource = await openReadDataSource(config, source, statements);
    statements.start();
    return new MonitoredDatabase(database, config, statements, source, readSource, new Transactions(source));
  }

  readonly reads = new SqlReader(this.readSource);

  /** Another process's connection to the same database. */
  async another(): Promise<DataSource> {
    return openDataSource(this.config, { entities });
  }

  /** A team on a plan, with its project. */
  async team(plan: Plan = Plan.Team): Promise<string> {
    const teamId = newId('team');
    await this.transactions.run(async ({ manager }) => {
      await manager.insert(Team, { id: teamId, name: 'Team', description: null, plan, ...times });
      await manager.insert(Project, {
        id: projectOf(teamId),
        teamId,
        name: 'Default',
        nameKey: 'default',
        description: null,
        ...times,
      });
    });
    return teamId;
  }

  /** Monitors of a team that were never checked. */
  async monitors(teamId: string, count: number): Promise<MonitorState[]> {
    const projectId = projectOf(teamId);
    const monitors = Array.from({ length: count }, () => ({
      ...monitor,
      teamId,
      projectId,
      id: newId('mon'),
    }));
    const states = monitors.map(({ id }) => initialState(id, AT));
    await this.transactions.run(async ({ manager }) => {
      for (let i = 0; i < count; i += BATCH) {
        await manager.insert(Monitor, monitors.slice(i, i + BATCH));
        await manager.insert(MonitorState, states.slice(i, i + BATCH));
      }
    });
    return states;
  }

  async remove(monitorId: string): Promise<void> {
    await this.transactions.run(async ({ manager }) => {
      await manager.delete(Monitor, { id: monitorId });
      await manager.insert(RemovedMonitor, { monitorId, removedAt: AT.getTime() });
    });
  }

  /** Ends the connections. Fails when a statement wrote outside a transaction. */
  async drop(): Promise<void> {
    for (const source of new Set([this.readSource, this.source])) await source.destroy();
    await this.database.drop();
    if (this.statements.autocommits.length > 0)
      throw new Error(`Written outside a transaction:\n${this.statements.autocommits.join('\n')}`);
  }
}

/** What keeps uptimes up to date, without the application. It reads of monitors whatever team they are of. */
export const uptimeRefreshOf = (
  { source, reads, transactions }: MonitoredDatabase,
  clock: Clock,
): UptimeRefresh =>
  new UptimeRefresh(
    new MonitorRoundsRepository(source.getRepository(MonitorState), reads),
    transactions,
    new UptimeService(
      new ChecksRepository(source.getRepository(Check), reads),
      undefined as unknown as TeamMonitors,
      clock,
    ),
    clock,
  );

/** What stores checks, without the application. */
export function checkStoreOf(source: DataSource, transactions = new Transactions(source)): CheckStore {
  const reads = new SqlReader(source);
  return new CheckStore(
    new StoredChecksRepository(source.getRepository(Check), source, reads),
    new CheckRequestsRepository(source.getRepository(CheckRequest), reads),
    transactions,
  );
}

/** What removes checks whose time is over, without the application. */
export const checkRetentionOf = (
  { source, reads, transactions }: MonitoredDatabase,
  clock: Clock,
): CheckRetention =>
  new CheckRetention(
    new MonitorRoundsRepository(source.getRepository(MonitorState), reads),
    new CheckRetentionRepository(source.getRepository(Check), reads),
    transactions,
    clock,
  );

export const allShards: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

const projectOf = (teamId: string): string => teamId.replace('team', 'prj');

const monitor = {
  name: 'Home',
  nameKey: 'home',
  url: 'https://example.com/',
  method: 'GET' as const,
  intervalSeconds: 60,
  timeoutSeconds: 30,
  expectedStatus: 200,
  verifyTls: true,
  followRedirects: true,
  strictHttp: false,
  headers: [],
  body: null,
  auth: { type: 'none' as const },
  assertions: [],
  active: true,
  status: 'pending' as const,
  ...times,
};
