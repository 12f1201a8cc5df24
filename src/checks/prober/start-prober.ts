import { availableParallelism } from 'node:os';
import { Logger } from '@nestjs/common';
import type { Prober } from '../result/probe-result.js';
import { LocalProber, type ProberSetup } from './local-prober.js';
import { ThreadPoolProber } from './thread-pool.prober.js';

/** `threads` as `Config.probeThreads` has them: 0 for none beside this one, null for one less than there are cores. */
export function startProber(threads: number | null, setup: ProberSetup): Prober {
  const count = threads ?? Math.max(1, availableParallelism() - 1);
  if (count > 0) return new ThreadPoolProber(count, setup);
  const logger = new Logger('Checks');
  return new LocalProber(setup, (error) => logger.error(error));
}
