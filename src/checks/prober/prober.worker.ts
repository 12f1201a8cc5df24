import { parentPort, workerData } from 'node:worker_threads';
import type { Finding } from '../result/probe-result.js';
import { Batch } from './batch.js';
import { JudgeThread } from './evaluator-thread.js';
import { LocalProber } from './local-prober.js';
import { type Begin, type Order, REPORT_MS, type Report, type Trouble } from './worker-messages.js';

/** How long a finding waits for others, and how many are sent at once: each message costs both threads. */
const WAIT_MS = 4;
const MOST = 64;

const port = parentPort!;
const { setup, atWork } = workerData as Begin;
const tell = (trouble: unknown): void => port.postMessage({ trouble } satisfies Trouble);
const judges = new JudgeThread(new URL('./evaluator.worker.js', import.meta.url), tell);
const prober = new LocalProber(setup, tell, judges);

const report = (findings: Report['findings']): void =>
  port.postMessage({ findings, delayMs: prober.delayMs() } satisfies Report);

const findings = new Batch<readonly [number, Finding]>(report, WAIT_MS, MOST);

port.on('message', (order: Order) => {
  if ('policy' in order) prober.setPolicy(order.policy);
  else
    for (const [id, probe] of order.probes)
      void prober.probe(probe, () => (atWork[0] = id)).then((finding) => findings.add([id, finding]));
});

setInterval(() => report([]), REPORT_MS);
