import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StartError } from '../common/start-error.js';

/**
 * Makes this process the only server on a data directory, until it ends, however it ends.
 *
 * The lock is the operating system's lock on a small SQLite file, held by a transaction that never
 * commits: it cannot be left behind by a crash, as a file with a process id can.
 */
export function lockDataDirectory(dataDir: string): { release(): void } {
  const lock = new Database(join(dataDir, 'pulse.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new StartError(
      `Another PulseAPI process uses ${dataDir}. SQLite serves one process: stop the other one, or use MySQL or MariaDB (DATABASE_URL).`,
    );
  }
  return { release: () => lock.close() };
}
