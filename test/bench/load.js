// Sends load from a process of its own on core 1: autocannon shares no core with what it measures.
import { spawn } from 'node:child_process';
import { onCore } from './servers.js';

const AUTOCANNON = new URL('../../node_modules/autocannon/autocannon.js', import.meta.url).pathname;

/** Sends requests for `seconds` over `connections` and returns how it went. Fails on any answer but 2xx. */
export async function load(
  server,
  path,
  { seconds = 6, connections = 20, headers = {}, method = 'GET', body } = {},
) {
  const args = ['-j', '-d', String(seconds), '-c', String(connections), '-m', method];
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}=${value}`);
  if (body !== undefined) args.push('-b', body);
  const before = server.cpuSeconds();
  const result = JSON.parse(
    await run(...onCore(1, process.execPath, AUTOCANNON, ...args, server.origin + path)),
  );
  const cpu = server.cpuSeconds() - before;
  const { '2xx': good, non2xx, errors } = result;
  if (non2xx + errors > 0)
    throw new Error(`${non2xx} answers to ${path} were no success, ${errors} requests failed`);
  return { perSecond: good / result.duration, cpuMicros: (cpu / good) * 1e6, p99: result.latency.p99 };
}

function run(command, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}`)),
    );
  });
}
