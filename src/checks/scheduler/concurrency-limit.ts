/** Open files left to the server: connections, the database, logs. */
const RESERVE = 64;

/** Below this an installation is not worth running; the operator may still ask for less. */
const LEAST = 8;

/**
 * How many checks may be in flight: what the operator allows, and what the soft limit of open files leaves.
 * A check has two at worst, its connection and a look-up. Null: the limit is not known, or there is none.
 */
export function concurrencyLimit(probeConcurrency: number, openFiles: number | null): number {
  if (openFiles === null) return probeConcurrency;
  return Math.min(probeConcurrency, Math.max(LEAST, (openFiles >> 1) - RESERVE));
}
