// Starts what the benchmarks of the engine need, each in a process of its own: the program, and what it watches.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { get as getSecurely } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;
const TARGET = new URL('./target.js', import.meta.url).pathname;
const HOSTS = Array.from({ length: 64 }, (_, i) => `127.0.1.${i + 1}`);
const PER_TEAM = 1_000;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const children = new Set();

/** Where everything is kept that a benchmark writes. */
export const directory = mkdtempSync(join(tmpdir(), 'pulseapi-bench-'));

/** Ends whatever still runs, and removes what was written. */
export function cleanUp() {
  for (const child of children) child.kill('SIGKILL');
  agent.destroy();
  rmSync(directory, { recursive: true, force: true });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function launch(script, env) {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

export async function end(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}

/** One request over a kept connection: quicker to send than `fetch`, which would compete for the cores. */
export function call(origin, path, { method = 'GET', token, body } = {}) {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, { method, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        response.statusCode < 300
          ? resolve(text)
          : reject(new Error(`${path}: ${response.statusCode} ${text}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

export async function until(isSo, what, seconds = 60) {
  const deadline = performance.now() + seconds * 1000;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await wait(50);
  }
}

export async function startTarget(env = {}) {
  const port = await freePort();
  const child = launch(TARGET, { PORT: String(port), ADDRESSES: HOSTS.join(','), ...env });
  const scheme = env.TLS_KEY ? 'https' : 'http';
  const control = { rejectUnauthorized: false };
  const read = env.TLS_KEY ? getSecurely : get;
  const ask = (path) =>
    new Promise((resolve, reject) => {
      read(`${scheme}://${HOSTS[0]}:${port}${path}`, control, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(text));
      }).on('error', reject);
    });
  await until(() => ask('/ready'), 'the target listens');
  return {
    url: (n) => `${scheme}://${HOSTS[n % HOSTS.length]}:${port}/m/${n}`,
    arrivals: async () => JSON.parse(await ask('/log')),
    say: ask,
    stop: () => end(child),
  };
}

export async function startServer(database) {
  const port = await freePort();
  const env = {
    ...database.env,
    PORT: String(port),
    EGRESS_ALLOW: '127.0.0.0/8',
    RATE_LIMIT: 'off',
    SIGN_UP: 'open',
    LOG_LEVEL: 'error',
  };
  const origin = `http://127.0.0.1:${port}`;
  const begin = async () => {
    const child = launch(MAIN, env);
    await until(() => call(origin, '/health/ready').then(() => true), 'the server is ready');
    return child;
  };
  const server = { origin, child: await begin() };
  return Object.assign(server, {
    restart: async (signal) => {
      await end(server.child, signal);
      server.child = await begin();
    },
    stop: () => end(server.child),
  });
}

/** Monitors of as many teams as it takes. Answers their ids in the order of their numbers, and a token of each team. */
export async function makeMonitors({ origin }, target, count, intervalSeconds, more = {}) {
  const ids = [];
  const tokens = [];
  for (let team = 0; ids.length < count; team += 1) {
    const account = { name: 'Bench', email: `bench${team}@example.com`, password: 'seven grey pigeons nap' };
    const { token } = JSON.parse(await call(origin, '/v1/auth/sign-up', { method: 'POST', body: account }));
    tokens.push(token);
    const first = ids.length;
    const size = Math.min(PER_TEAM, count - first);
    for (let i = 0; i < size; i += 20)
      await Promise.all(
        Array.from({ length: Math.min(20, size - i) }, async (_, j) => {
          const n = first + i + j;
          const body = {
            name: `Monitor ${n}`,
            url: target.url(n),
            intervalSeconds,
            timeoutSeconds: 5,
            ...more,
          };
          ids[n] = JSON.parse(await call(origin, '/v1/monitors', { method: 'POST', token, body })).id;
        }),
      );
  }
  return { ids, tokens, interval: intervalSeconds * 1000 };
}

/** Where webhooks are sent to. */
export async function startReceiver() {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = launch(new URL('./receiver.js', import.meta.url).pathname, { PORT: String(port) });
  await until(() => call(origin, '/back').then(() => true), 'the receiver listens');
  return {
    url: `${origin}/hook`,
    messages: async () => JSON.parse(await call(origin, '/log')),
    say: (path) => call(origin, path),
    stop: () => end(child),
  };
}
