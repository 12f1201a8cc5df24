// Measures what it costs to store checks: `npm run build && node test/bench/store.js`. SQLite always; the database
// of DATABASE_URL too where it is set, in a database of its own that it makes and drops there.
//
// A thousand monitors are checked every five seconds, in batches of several sizes, and then every hour, in batches as
// large as the engine makes them. Time is what passes from the call
// to the commit; CPU is this process's alone; held is the longest that SQLite, which is part of the process, let
// nothing else run.
import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';

const MONITORS = 1_000;
const SECONDS = 5_000;
const HOUR = 3_600_000;
const RESULTS = Number(process.env.BENCH_RESULTS ?? 20_000);
const START = Date.parse('2026-03-01T10:00:00Z');
const load = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

async function prepare(source) {
  const { migrate } = await load('database/migrate.js');
  const { initialState } = await load('monitors/monitor-states.js');
  const { Team } = await load('teams/team.entity.js');
  const { Project } = await load('projects/project.entity.js');
  const { Monitor } = await load('monitors/monitor.entity.js');
  const { MonitorState } = await load('monitors/monitor-state.entity.js');
  await migrate(source);
  const at = new Date(START);
  const times = { createdAt: at, updatedAt: at };
  const ids = Array.from({ length: MONITORS }, (_, i) => `mon_01jxyzabcd${String(i).padStart(16, '0')}`);
  await source.transaction(async (manager) => {
    await manager.insert(Team, { id: 'team_1', name: 'Bench', description: null, plan: 'team', ...times });
    const project = { id: 'prj_1', teamId: 'team_1', name: 'Bench', nameKey: 'bench', description: null };
    await manager.insert(Project, { ...project, ...times });
    for (let i = 0; i < MONITORS; i += 100) {
      const part = ids.slice(i, i + 100);
      await manager.insert(
        Monitor,
        part.map((id) => ({ ...monitor, ...times, id })),
      );
      await manager.insert(
        MonitorState,
        part.map((id) => ({ ...initialState(id, at), epoch: 1 })),
      );
    }
    await manager.query('UPDATE shard_leases SET epoch = 1');
  });
  return ids.map((id) => initialState(id, at));
}

const monitor = {
  teamId: 'team_1',
  projectId: 'prj_1',
  name: 'Bench',
  nameKey: 'bench',
  url: 'https://example.com/',
  method: 'GET',
  intervalSeconds: 5,
  timeoutSeconds: 5,
  expectedStatus: 200,
  verifyTls: true,
  followRedirects: true,
  strictHttp: false,
  headers: [],
  body: null,
  auth: { type: 'none' },
  assertions: [],
  active: true,
  status: 'pending',
};

/** Which monitor's turn it is: neighbours in time are none by identifier. */
const placeOf = (n) => (n * 389) % MONITORS;

const resultOf = (monitorId, dueAt, speaksForMs) => ({
  monitorId,
  teamId: 'team_1',
  dueAt,
  startedAt: dueAt + 3,
  trigger: 'scheduled',
  verdict: 'ok',
  inMaintenance: false,
  speaksForMs,
  probe: {
    ok: true,
    error: null,
    detail: null,
    isInternalError: false,
    statusCode: 200,
    phases: {
      dns: 900,
      connect: 3_000,
      tls: 9_000,
      firstByte: 30_000,
      total: 20_000 + Math.random() * 100_000,
    },
    bodyBytes: 5_000,
    certificateExpiresAt: START + 1e10,
    address: '203.0.113.7',
    excerpt: null,
  },
});

async function measure(store, states, batchSize, { interval, at }) {
  const { afterCheck } = await load('checks/storage/monitor-state-transition.js');
  const epochs = new Map(Array.from({ length: 64 }, (_, shard) => [shard, 1]));
  const most = interval === HOUR ? 4 * MONITORS : RESULTS;
  const wanted = Math.max(1_000, batchSize === 1 ? RESULTS / 10 : most);
  const count = wanted - (wanted % batchSize);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  let took = 0;
  for (let done = 0; done < count; done += batchSize) {
    const results = Array.from({ length: batchSize }, (_, i) => {
      const n = done + i;
      const dueAt = at + Math.floor(n / MONITORS) * interval;
      return resultOf(states[placeOf(n)].monitorId, dueAt, interval);
    });
    for (const result of results) result.probe.phases.total = Math.round(result.probe.phases.total);
    const written = results.map((result, i) => {
      const place = placeOf(done + i);
      return (states[place] = afterCheck(states[place], result).state);
    });
    const began = performance.now();
    const { stored } = await store.write({ results, skipped: [], states: written, epochs, effects: [] });
    took += performance.now() - began;
    if (stored !== batchSize) throw new Error(`${stored} of ${batchSize} were stored`);
    await wait(0);
  }
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  return {
    every: interval === HOUR ? 'hour' : '5 s',
    'batch of': batchSize,
    'µs an result': ((took * 1000) / count).toFixed(1),
    'CPU µs': ((user + system) / count).toFixed(1),
    'ms a batch': ((took * batchSize) / count).toFixed(1),
    'held ms': (delay.max / 1e6).toFixed(0),
    next: at + Math.ceil(count / MONITORS) * interval,
  };
}

async function run(config) {
  const { openDataSource } = await load('database/data-source.js');
  const { Transactions } = await load('database/transactions.js');
  const { SqlReader } = await load('database/sql-reader.js');
  const { CheckStore } = await load('checks/storage/check-store.js');
  const { StoredChecksRepository } = await load('checks/storage/stored-checks.repository.js');
  const { CheckRequestsRepository } = await load('checks/worker/check-requests.repository.js');
  const { entities } = await import('./entities.js');
  const source = await openDataSource(config, { entities });
  const states = await prepare(source);
  const reads = new SqlReader(source);
  const store = new CheckStore(
    new StoredChecksRepository(source.getRepository('Check'), source, reads),
    new CheckRequestsRepository(source.getRepository('CheckRequest'), reads),
    new Transactions(source),
  );
  const { roomFor } = await load('checks/storage/write-batch.js');
  const hourly = roomFor(Array.from({ length: 500 }, () => resultOf('', 0, HOUR)));
  const rounds = [50, 1, 10, 50, 500].map((size) => [size, SECONDS]);
  let at = START;
  const rows = [];
  for (const [batchSize, interval] of [...rounds, [hourly, HOUR]]) {
    const { next, ...row } = await measure(store, states, batchSize, { interval, at });
    at = next;
    rows.push(row);
  }
  rows.shift();
  await source.destroy();
  return rows;
}

/** Which database entities are described for is decided when they are loaded, so each has a process of its own. */
async function main() {
  const { loadConfig } = await load('config/config.js');
  const directory = mkdtempSync(join(tmpdir(), 'pulseapi-bench-'));
  const env = { DATA_DIR: directory, APP_SECRET: 'a master secret for benchmarks, 32+ characters' };
  try {
    const { DATABASE_URL: server } = process.env;
    if (!server) {
      console.log(`SQLite, Node ${process.version}, ${cpus().length} × ${cpus()[0].model}`);
      console.table(await run(loadConfig(env)));
      return;
    }
    if (!process.env.BENCH_ONLY_SERVER)
      spawnSync(process.execPath, [process.argv[1]], {
        stdio: 'inherit',
        env: { ...process.env, DATABASE_URL: '' },
      });
    const url = new URL(server);
    url.pathname = `/pulse_bench_${process.pid}`;
    const connection = await createConnection({ uri: server.replace(/\/[^/]*$/, '') });
    await connection.query(`CREATE DATABASE ${url.pathname.slice(1)}`);
    try {
      console.log(`MySQL or MariaDB at ${url.host}`);
      console.table(await run(loadConfig({ ...env, DATABASE_URL: url.href })));
    } finally {
      await connection.query(`DROP DATABASE ${url.pathname.slice(1)}`);
      await connection.end();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
