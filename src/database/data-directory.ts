import { nativeModuleFailure } from '../common/native-module.js';
import { StartError } from '../common/start-error.js';
import type { Config } from '../config/config.js';
import { lockFile, makeDataDirectory, makePrivate, narrow } from '../config/data-files.js';
import { type FileLock, lock } from './file-lock.js';

/**
 * Makes the data directory where it is missing, and this process the only one on it. Null where the
 * database serves many processes. Throws `StartError`.
 */
export function takeDataDirectory(config: Config): FileLock | null {
  if (config.databaseUrl) return null;
  const { dataDir } = config;
  let held: FileLock | null;
  try {
    makeDataDirectory(config);
    makePrivate(lockFile(config));
    narrow(lockFile(config));
    held = lock(lockFile(config));
  } catch (error) {
    throw (
      nativeModuleFailure(error) ??
      new StartError(`Cannot write to the data directory ${dataDir}: ${(error as Error).message}`)
    );
  }
  if (!held)
    throw new StartError(
      `Another PulseAPI process uses ${dataDir}. SQLite serves one process: stop the other one, or use MySQL or MariaDB (DATABASE_URL).`,
    );
  return held;
}
