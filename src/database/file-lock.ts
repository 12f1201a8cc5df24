import Database from 'better-sqlite3';

/** A lock that this process holds until it releases it or ends. */
export interface FileLock {
  release(): void;
}

/**
 * Locks `file` for this process, or returns null where another one holds it.
 *
 * The lock is the operating system's lock on a small SQLite file, held by a transaction that never
 * commits: it cannot be left behind by a crash, as a file with a process id can.
 */
export function lock(file: string): FileLock | null {
  const database = new Database(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null;
    throw error;
  }
}
