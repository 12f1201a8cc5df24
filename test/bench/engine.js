// Measures the checking engine: `npm run bench:engine`, or `npm run bench:engine -- <part of a rung's name>`.
//
// The server, the targets and this script are processes of their own. Lag is seen from outside: from the slot
// at which a check was due to when its request reached the target. CPU and memory are the server's, as Linux
// counts them. Monitors are made over the API. SQLite, or the database of DATABASE_URL.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import forge from 'node-forge';
import { slotAt } from '../../dist/common/slot-grid.js';
import { freshDatabase } from './database.js';
import { residentMiB, cpuSeconds } from './process-facts.js';
import { call, cleanUp, directory, end, makeMonitors, startServer, startTarget, until } from './watched.js';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const only = process.argv[2] ?? '';
const rows = [];

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const round = (number, digits = 0) => Number(number.toFixed(digits));

/** How late each request came after the slot it was due at. */
function lagsOf(arrivals, { ids, interval }) {
  const lags = [];
  for (let i = 0; i < arrivals.length; i += 2) {
    const [n, at] = [arrivals[i], arrivals[i + 1]];
    lags.push(at - slotAt(ids[n], interval, at));
  }
  return lags.sort((a, b) => a - b);
}

/** Watches the server for a while. */
async function observe(server, target, monitors, seconds = SECONDS) {
  await target.arrivals();
  const cpuBefore = cpuSeconds(server.child.pid);
  const began = performance.now();
  await wait(seconds * 1000);
  const elapsed = (performance.now() - began) / 1000;
  const cpu = (cpuSeconds(server.child.pid) - cpuBefore) / elapsed;
  const lags = lagsOf(await target.arrivals(), monitors);
  return {
    'checks/s': round(lags.length / elapsed, 1),
    'expected/s': round((monitors.ids.length * 1000) / monitors.interval, 1),
    'CPU %': round(cpu * 100),
    'RSS MiB': residentMiB(server.child.pid),
    'lag p50 ms': round(percentile(lags, 0.5), 1),
    'lag p99 ms': round(percentile(lags, 0.99), 1),
  };
}

const settle = async (target, { interval }) => {
  await wait(Math.min(interval, 60_000) + 3_000);
  await target.arrivals();
};

async function sustained(name, count, interval, goal, { tls = false } = {}) {
  if (!name.includes(only)) return;
  const database = await freshDatabase(directory);
  const target = await startTarget(tls ? certificate() : {});
  const server = await startServer(database);
  const monitors = await makeMonitors(server, target, count, interval, tls ? { verifyTls: false } : {});
  await settle(target, monitors);
  rows.push({ measure: name, ...(await observe(server, target, monitors)), goal });
  if (count === 1_000) {
    await readWhileChecking(server, monitors);
    await restart(server, target, monitors);
    await stall(server, monitors, database);
  }
  await server.stop();
  await target.stop();
  await database.drop();
}

/** A page of 50 monitors, asked for 20 times a second while the checks go on. */
async function readWhileChecking(server, { tokens }) {
  const times = [];
  for (let i = 0; i < 200; i += 1) {
    const began = performance.now();
    await call(server.origin, '/v1/monitors?limit=50', { token: tokens[0] });
    times.push(performance.now() - began);
    await wait(Math.max(0, 50 - (performance.now() - began)));
  }
  times.sort((a, b) => a - b);
  rows.push({
    measure: 'page of 50 monitors, p99 ms',
    result: round(percentile(times, 0.99), 1),
    goal: '< 25',
  });
}

/** From `kill -9` until every monitor was checked again. */
async function restart(server, target, { ids, interval }) {
  await end(server.child, 'SIGKILL');
  await target.arrivals();
  const began = performance.now();
  await server.restart('SIGKILL');
  const seen = new Set();
  await until(async () => {
    const arrivals = await target.arrivals();
    for (let i = 0; i < arrivals.length; i += 2) seen.add(arrivals[i]);
    return seen.size === ids.length;
  }, 'every monitor was checked again');
  const seconds = (performance.now() - began) / 1000;
  rows.push({
    measure: 'all checked again after kill -9, s',
    result: round(seconds, 1),
    goal: `<= ${interval / 1000 + 2}`,
  });
}

/** Holds the database for ten seconds while the checks go on, and counts monitors that are then down. */
async function stall(server, { tokens }, { hold }) {
  await hold(10_000);
  await wait(8_000);
  let down = 0;
  for (const token of tokens) {
    const { data } = JSON.parse(await call(server.origin, '/v1/monitors?status=down&limit=200', { token }));
    down += data.length;
  }
  rows.push({ measure: 'monitors down after the database stood still for 10 s', result: down, goal: '0' });
}

function certificate() {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const made = forge.pki.createCertificate();
  made.publicKey = keys.publicKey;
  made.serialNumber = '01';
  made.validity.notBefore = new Date(Date.now() - 86_400_000);
  made.validity.notAfter = new Date(Date.now() + 86_400_000);
  const name = [{ name: 'commonName', value: 'bench.test' }];
  made.setSubject(name);
  made.setIssuer(name);
  made.sign(keys.privateKey, forge.md.sha256.create());
  const files = { TLS_KEY: join(directory, 'key.pem'), TLS_CERTIFICATE: join(directory, 'certificate.pem') };
  writeFileSync(files.TLS_KEY, forge.pki.privateKeyToPem(keys.privateKey));
  writeFileSync(files.TLS_CERTIFICATE, forge.pki.certificateToPem(made));
  return files;
}

try {
  await sustained('1,000 at 5 s', 1_000, 5, '<= 25 % CPU, lag p99 <= 100 ms, <= 220 MiB');
  await sustained('10,000 at 60 s', 10_000, 60, '<= 25 % CPU, <= 350 MiB');
  await sustained('5,000 at 5 s', 5_000, 5, '1,000/s, lag p99 < 250 ms');
  await sustained('HTTPS: 2,000 at 5 s', 2_000, 5, '400/s', { tls: true });
  console.log(`${cpus().length} cores (${cpus()[0].model}), Node ${process.versions.node}`);
  console.table(rows);
} finally {
  cleanUp();
}
