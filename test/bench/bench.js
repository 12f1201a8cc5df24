// Measures what the product costs on top of its framework: `npm run bench`.
//
// Everything is a ratio to a bare route that answers the same bytes, measured in the same run: requests a
// second, and CPU time a request, which a busy machine disturbs less. SQLite always; the database of
// DATABASE_URL too where it is set (the benchmark makes and drops a database of its own there).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { load } from './load.js';
import { startServer } from './servers.js';

const DIST = new URL('../../dist/main.js', import.meta.url).pathname;
const BARE = new URL('./bare.js', import.meta.url).pathname;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
const directory = mkdtempSync(join(tmpdir(), 'pulseapi-bench-'));
const json = { 'content-type': 'application/json' };

async function call(origin, path, { token, body } = {}) {
  const headers = { ...json, ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(origin + path, {
    headers,
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.text();
}

async function prepare({ origin }) {
  const account = { name: 'Bench', email: 'bench@example.com', password: 'seven grey pigeons nap' };
  const session = JSON.parse(await call(origin, '/v1/auth/sign-up', { body: account })).token;
  for (let i = 0; i < 20; i += 1)
    await call(origin, '/v1/monitors', {
      token: session,
      body: { name: `Monitor ${i}`, url: `https://example.com/${i}` },
    });
  const { token } = JSON.parse(
    await call(origin, '/v1/api-keys', { token: session, body: { name: 'bench', abilities: ['*'] } }),
  );
  return token;
}

async function bareOf(payload) {
  const file = join(directory, 'payload.json');
  writeFileSync(file, payload);
  return startServer(BARE, { PAYLOAD: file }, '/bare');
}

async function ratio(name, server, path, token) {
  const bare = await bareOf(await call(server.origin, path, { token }));
  const options = { seconds: SECONDS, headers: { authorization: `Bearer ${token}` } };
  await load(bare, '/bare', { ...options, seconds: 1 });
  await load(server, path, { ...options, seconds: 1 });
  const base = await load(bare, '/bare', options);
  const own = await load(server, path, options);
  await bare.stop();
  return {
    measure: name,
    'requests/s': Math.round(own.perSecond),
    'bare/s': Math.round(base.perSecond),
    ratio: (own.perSecond / base.perSecond).toFixed(2),
    'CPU µs': Math.round(own.cpuMicros),
    'bare µs': Math.round(base.cpuMicros),
    'CPU ratio': (base.cpuMicros / own.cpuMicros).toFixed(2),
    'p99 ms': own.p99,
  };
}

/** As many keys as fit into the plan, eight requests at a time. */
async function creation(database, server, token) {
  const count = 240;
  const before = server.cpuSeconds();
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next++ < count)
      await call(server.origin, '/v1/api-keys', {
        token,
        body: { name: 'bench', abilities: ['monitors:read'] },
      });
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const seconds = (performance.now() - start) / 1000;
  return {
    measure: `${database}: POST /v1/api-keys`,
    'requests/s': Math.round(count / seconds),
    'CPU µs': Math.round(((server.cpuSeconds() - before) / count) * 1e6),
  };
}

async function measure(database, env) {
  const server = await startServer(
    DIST,
    { SIGN_UP: 'open', LOG_LEVEL: 'warn', RATE_LIMIT: 'off', ...env },
    '/health/ready',
  );
  try {
    const token = await prepare(server);
    const rows = [
      await ratio(`${database}: authentication alone (GET /v1/abilities)`, server, '/v1/abilities', token),
      await ratio(`${database}: GET /v1/monitors, 20 rows`, server, '/v1/monitors', token),
    ];
    rows.push(await creation(database, server, token));
    return rows;
  } finally {
    await server.stop();
  }
}

/** A database of its own on the server of DATABASE_URL. */
async function measureServer(address) {
  const url = new URL(address);
  const name = `pulse_bench_${process.pid}`;
  const connection = await createConnection({
    host: url.hostname,
    port: Number(url.port || 3306),
    user: url.username,
    password: url.password,
  });
  await connection.query(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  try {
    return await measure(url.protocol.slice(0, -1), {
      DATABASE_URL: url.href,
      APP_SECRET: 'a master secret for benchmarks, 32+ characters',
      DATA_DIR: directory,
    });
  } finally {
    await connection.query(`DROP DATABASE ${name}`);
    await connection.end();
  }
}

const { DATABASE_URL, ...rest } = process.env;
process.env = rest;
try {
  const rows = await measure('SQLite', { DATA_DIR: join(directory, 'sqlite') });
  if (DATABASE_URL) rows.push(...(await measureServer(DATABASE_URL)));
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0].model}; server and load on a core each, ${SECONDS} s a measure`,
  );
  console.table(rows);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
