// The worker of the build, with a way to end it for each way in which one may end.
import { parentPort } from 'node:worker_threads';
import '../../dist/checks/prober/prober.worker.js';

const ends = {
  '/throw': () => {
    throw new Error('Thrown on purpose');
  },
  '/exit': () => process.exit(0),
  '/out-of-memory': () => {
    const kept = [];
    for (;;) kept.push('x'.repeat(1_000_000).split(''));
  },
  '/stuck': () => {
    for (;;);
  },
};

parentPort.on('message', ({ probes = [] }) => {
  for (const [, { url }] of probes) ends[new URL(url).pathname]?.();
});
