import { createContext, Script } from 'node:vm';

const context = createContext({ work: null });
const script = new Script('work()');

/** The work was ended before it was done. */
export class TimeoutReached extends Error {}

/**
 * Does synchronous work, and ends it where it stands after `limitMs`: what it was working on is then in no
 * state to be used again. Throws `TimeoutReached`. Costs 0.1 ms, for the thread that watches the time.
 */
export function runWithTimeout<T>(work: () => T, limitMs: number): T {
  context['work'] = work;
  try {
    return script.runInContext(context, { timeout: Math.max(1, Math.ceil(limitMs)) }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new TimeoutReached();
    throw error;
  } finally {
    context['work'] = null;
  }
}
