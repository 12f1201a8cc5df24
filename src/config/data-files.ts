import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config.js';

/** What the data directory holds. */
export const sqliteFile = ({ dataDir }: Config): string => join(dataDir, 'pulse.sqlite');
export const secretFile = ({ dataDir }: Config): string => join(dataDir, 'secret');
export const lockFile = ({ dataDir }: Config): string => join(dataDir, 'pulse.lock');

/** Makes the data directory where it is missing, for its owner alone. Throws where the system does not let it. */
export const makeDataDirectory = ({ dataDir }: Config): void => makeDirectory(dataDir);

/** Not `recursive`: Node then tries for ever where a file system takes no directories, such as `/proc`. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
