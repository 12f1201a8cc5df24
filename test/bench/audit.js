// Measures what searching a long audit log costs: `npm run build && node test/bench/audit.js`, on SQLite, which is part
// of the process; on the database of DATABASE_URL (in one of its own that it makes and drops) where it is set.
//
// A team has a million events (BENCH_EVENTS), of which neighbours differ in every column, so that filters that are
// each passed by half of the log are passed by nothing together. Each set of filters is read to its fiftieth event
// or its end, page after page. Held is the longest that nothing else could run, in one of all these requests.
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { freshDatabase } from './database.js';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
/** Only every so many sets of filters. */
const EVERY = Number(process.env.BENCH_EVERY ?? 1);
const MOST_PAGES = 300;
const BATCH = 500;
const START = Date.parse('2026-01-01T00:00:00Z');
const STEP = Math.floor((365 * 86_400_000) / EVENTS);
const at = (n) => new Date(START + n * STEP);
const load = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

/** Odd events are of one kind, even ones of another; a few, long ago, of a third. */
function eventOf(n) {
  const isRare = n % 20_000 === 7 && n < EVENTS / 2;
  const isOdd = n % 2 === 1;
  return {
    id: `aud_${String(n).padStart(26, '0')}`,
    teamId: 'team_1',
    at: at(n),
    action: isRare ? 'api-key.revoked' : isOdd ? 'monitor.updated' : 'incident.acknowledged',
    outcome: isRare || n % 4 < 2 ? 'success' : 'denied',
    actorType: 'user',
    actorId: isOdd ? 'usr_odd' : 'usr_even',
    actorName: 'Ada Lovelace',
    viaKeyId: n % 3 === 0 ? 'key_third' : null,
    viaKeyName: n % 3 === 0 ? 'CI' : null,
    targetType: 'monitor',
    targetId: isRare ? 'key_rare' : isOdd ? 'mon_odd' : 'inc_even',
    targetName: 'Checkout',
    changes: '[{"field":"name","from":"Checkout","to":"Checkout of the shop"}]',
    requestId: '01234567-89ab-cdef-0123-456789abcdef',
    ip: isOdd ? '203.0.113.1' : '203.0.113.2',
    userAgent: 'curl/8.14.1',
    method: 'PATCH',
    route: '/v1/monitors/{id}',
  };
}

/** Writes the first ones as the program does, and returns what each cost in microseconds of this process's CPU. */
async function fill(source, AuditEvent) {
  const first = Math.min(20_000, EVENTS);
  const cpu = process.cpuUsage();
  for (let n = 0; n < first; n += 1_000) await insert(source, AuditEvent, n, first);
  const { user, system } = process.cpuUsage(cpu);
  if (source.options.type === 'better-sqlite3') fillSqlite(source, first);
  else for (let n = first; n < EVENTS; n += 1_000) await insert(source, AuditEvent, n, EVENTS);
  return (user + system) / first;
}

const insert = (source, AuditEvent, from, to) =>
  source.transaction(async (manager) => {
    for (let n = from; n < Math.min(from + 1_000, to); n += BATCH)
      await manager.insert(
        AuditEvent,
        Array.from({ length: Math.min(BATCH, to - n) }, (_, i) => eventOf(n + i)),
      );
  });

function fillSqlite({ driver }, from) {
  const connection = driver.databaseConnection;
  const columns = Object.keys(eventOf(0));
  const statement = connection.prepare(
    `INSERT INTO audit_events (${columns}) VALUES (${columns.map(() => '?')})`,
  );
  connection.transaction(() => {
    for (let n = from; n < EVENTS; n += 1) {
      const event = eventOf(n);
      const time = event.at.toISOString().replace('T', ' ').slice(0, -1);
      statement.run(...Object.values({ ...event, at: time }));
    }
  })();
}

const year = { from: at(0).toISOString(), to: at(EVENTS).toISOString() };
const month = { from: at(EVENTS * 0.1).toISOString(), to: at(EVENTS * 0.2).toISOString() };
const choices = {
  action: ['monitor.updated', 'monitor.deleted', 'monitor.*', 'api-key.*'],
  actorId: ['usr_even', 'usr_nobody', 'key_third'],
  targetId: ['inc_even', 'key_rare', 'key_nothing'],
  outcome: ['denied', 'failed'],
  ip: ['203.0.113.2'],
  time: [year, month, { to: at(1_000).toISOString() }],
};

/** Every set of filters, each with every value. */
const queries = Object.entries(choices).reduce(
  (all, [name, values]) => [
    ...all,
    ...all.flatMap((query) =>
      values.map((value) => ({ ...query, ...(name === 'time' ? value : { [name]: value }) })),
    ),
  ],
  [{}],
);

/** The longest that nothing else could run while `work` does: milliseconds, and those of CPU among them. */
async function heldBy(work) {
  let [held, heldCpu] = [0, 0];
  const state = { isOver: false };
  const watch = (async () => {
    while (!state.isOver) {
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      await turn();
      const { user, system } = process.cpuUsage(cpu);
      held = Math.max(held, performance.now() - began);
      heldCpu = Math.max(heldCpu, (user + system) / 1_000);
    }
  })();
  const result = await work();
  state.isOver = true;
  await watch;
  return { held, heldCpu, result };
}

async function measure(service, query) {
  const by = { actor: { id: 'usr_auditor' }, teamId: 'team_1', context: null };
  let [found, pages, held, heldCpu, requestCpu] = [0, 0, 0, 0, 0];
  for (let cursor; found < 50 && pages < MOST_PAGES && cursor !== null; pages += 1) {
    const cpu = process.cpuUsage();
    const one = await heldBy(() => service.list(by, { ...query, limit: 50, ...(cursor && { cursor }) }));
    const { user, system } = process.cpuUsage(cpu);
    held = Math.max(held, one.held);
    heldCpu = Math.max(heldCpu, one.heldCpu);
    requestCpu = Math.max(requestCpu, (user + system) / 1_000);
    found += one.result.data.length;
    cursor = one.result.nextCursor;
  }
  return { filters: JSON.stringify(query), held, heldCpu, requestCpu, pages, found };
}

async function main() {
  const directory = mkdtempSync(join(tmpdir(), 'pulseapi-bench-'));
  const database = await freshDatabase(directory);
  if (database.env.DATABASE_URL) process.env.DATABASE_URL = database.env.DATABASE_URL;
  const { loadConfig } = await load('config/config.js');
  const { openDataSource, openReadDataSource } = await load('database/data-source.js');
  const { migrate } = await load('database/migrate.js');
  const { SqlReader } = await load('database/sql-reader.js');
  const { Cursors } = await load('crypto/cursors.js');
  const { Secrets } = await load('crypto/secrets.js');
  const { Pages } = await load('http/pages.js');
  const { AuditEvent } = await load('audit/audit-event.entity.js');
  const { AuditEventsService } = await load('audit/audit-events.service.js');
  const config = loadConfig(database.env);
  const { entities } = await import('./entities.js');
  const source = await openDataSource(config, { entities });
  try {
    await migrate(source);
    console.log(`Writing an event took ${(await fill(source, AuditEvent)).toFixed(1)} µs of CPU`);
    const readSource = await openReadDataSource(config, source);
    const reads = new SqlReader(readSource);
    const pages = new Pages(reads, new Cursors(new Secrets(database.env.APP_SECRET)));
    const service = new AuditEventsService(reads, pages);
    const measured = [];
    for (const query of queries.filter((_, i) => i % EVERY === 0))
      measured.push(await measure(service, query));
    const worst = (key) => Math.max(...measured.map((each) => each[key])).toFixed(1);
    console.log(
      `${EVENTS} events, ${measured.length} sets of filters, each at its worst request: held ${worst('held')} ms (${worst('heldCpu')} ms of CPU), ${worst('requestCpu')} ms of CPU altogether; ${worst('pages')} pages for 50 events or the end`,
    );
    console.log(`${measured.filter(({ heldCpu }) => heldCpu > 50).length} held longer than 50 ms of CPU`);
    const rounded = (row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key,
          Number.isFinite(value) ? Math.round(value * 10) / 10 : value,
        ]),
      );
    for (const key of ['heldCpu', 'pages'])
      console.table(
        measured
          .toSorted((a, b) => b[key] - a[key])
          .slice(0, 8)
          .map(rounded),
      );
    if (readSource !== source) await readSource.destroy();
  } finally {
    if (source.isInitialized) await source.destroy();
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
