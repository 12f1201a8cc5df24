// Measures what checks cost: `npm run build && node test/bench/probe.js`.
//
// As many checks as can be made, a fixed number of them in flight, of a server in another process of this
// machine: with checks in the main thread, in one worker, in two. CPU time is that of this process, all its
// threads together; each check opens a connection of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { startProber } from '../../dist/checks/prober/start-prober.js';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
const IN_FLIGHT = 64;
const setup = { policy: { allow: ['127.0.0.0/8'], ownPorts: [], services: [] }, dnsServers: [] };

const requestTo = (url, assertions) => ({
  teamId: 'team_1',
  url,
  method: 'GET',
  headers: [['Authorization', 'Bearer a-token-of-some-length']],
  body: null,
  timeoutMs: 10_000,
  expectedStatus: 200,
  verifyTls: false,
  followRedirects: true,
  strictHttp: false,
  assertions,
});

async function run(prober, request, seconds) {
  const until = performance.now() + seconds * 1_000;
  const times = [];
  const checkOnAndOn = async () => {
    while (performance.now() < until) {
      const { ok, error, detail, phases } = await prober.probe(request);
      if (!ok) throw new Error(`${error}: ${detail}`);
      times.push(phases.total);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, checkOnAndOn));
  return times.sort((a, b) => a - b);
}

async function measure(name, threads, probe) {
  const prober = startProber(threads, setup);
  try {
    await run(prober, probe, 2);
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    const times = await run(prober, probe, SECONDS);
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - began) / 1_000;
    return {
      measure: name,
      threads,
      'checks/s': Math.round(times.length / seconds),
      'CPU µs': Math.round((user + system) / times.length),
      'p50 ms': times[Math.floor(times.length * 0.5)] / 1_000,
      'p99 ms': times[Math.floor(times.length * 0.99)] / 1_000,
      'delay ms': Math.round(prober.delayMs()),
    };
  } finally {
    await prober.close();
  }
}

const child = fork(new URL('./probe-target.js', import.meta.url), { stdio: 'inherit' });
const [{ http, https }] = await once(child, 'message');
const assertion = { type: 'json', path: '/status', operator: 'equals', value: 'ok' };
const expression = { type: 'body', operator: 'matches', value: '"status": ?"ok"' };
try {
  const rows = [];
  for (const threads of [0, 1, 2]) {
    rows.push(await measure('HTTP', threads, requestTo(http, [])));
    rows.push(await measure('HTTP, body read as JSON', threads, requestTo(http, [assertion])));
    rows.push(await measure('HTTP, body matched', threads, requestTo(http, [expression])));
    rows.push(await measure('HTTPS', threads, requestTo(https, [])));
  }
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; ${SECONDS} s a measure, ${IN_FLIGHT} checks in flight`,
  );
  console.table(rows);
} finally {
  child.kill();
}
