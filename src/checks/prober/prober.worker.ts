import { parentPort, workerData } from 'node:worker_threads';
import type { ProbeResult } from '../result/probe-result.js';
import { Batch } from './batch.js';
import { EvaluatorThread } from './evaluator-thread.js';
import { LocalProber } from './local-prober.js';
import {
  type Begin,
  type WorkerCommand,
  REPORT_MS,
  type WorkerReport,
  type WorkerError,
} from './worker-messages.js';

/** How long a finding waits for others, and how many are sent at once: each message costs both threads. */
const WAIT_MS = 4;
const MOST = 64;

const port = parentPort!;
const { setup, atWork } = workerData as Begin;
const tell = (trouble: unknown): void => port.postMessage({ trouble } satisfies WorkerError);
const judges = new EvaluatorThread(new URL('./evaluator.worker.js', import.meta.url), tell);
const prober = new LocalProber(setup, tell, judges);

const report = (findings: WorkerReport['findings']): void =>
  port.postMessage({ findings, delayMs: prober.delayMs() } satisfies WorkerReport);

const findings = new Batch<readonly [number, ProbeResult]>(report, WAIT_MS, MOST);

port.on('message', (order: WorkerCommand) => {
  if ('policy' in order) prober.setPolicy(order.policy);
  else
    for (const [id, probe] of order.probes)
      void prober.probe(probe, () => (atWork[0] = id)).then((finding) => findings.add([id, finding]));
});

setInterval(() => report([]), REPORT_MS);
