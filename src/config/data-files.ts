import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config.js';

/** What the data directory holds. */
export const sqliteFile = ({ dataDir }: Config): string => join(dataDir, 'pulse.sqlite');
export const secretFile = ({ dataDir }: Config): string => join(dataDir, 'secret');
export const lockFile = ({ dataDir }: Config): string => join(dataDir, 'pulse.lock');

/** The SQLite file and what SQLite lays beside it, with the mode that the file then has. */
export const sqliteFiles = (config: Config): string[] =>
  ['', '-wal', '-shm'].map((ending) => sqliteFile(config) + ending);

/** Makes the data directory where it is missing, for its owner alone. Throws where the system does not let it. */
export const makeDataDirectory = ({ dataDir }: Config): void => makeDirectory(dataDir);

/** Not `recursive`: Node then tries for ever where a file system takes no directories, such as `/proc`. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

const OTHERS = 0o077;
const modeOf = (file: string): number => statSync(file).mode & 0o777;
/** Windows has no such modes. */
const isOpen = (file: string): boolean => process.platform !== 'win32' && (modeOf(file) & OTHERS) !== 0;

/** Makes `file`, empty, where it is missing: for its owner alone, whatever the directory and the mask allow. */
export function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

/** Takes `file`, if it is there, from everybody but its owner. Returns what to warn of where others could read or write it. */
export function narrow(file: string): string | null {
  if (!existsSync(file) || !isOpen(file)) return null;
  const before = modeOf(file).toString(8).padStart(4, '0');
  try {
    chmodSync(file, 0o600);
  } catch {
    // Whose file it is may say.
  }
  return isOpen(file)
    ? `Other users of this machine have access to ${file} (mode ${before}), and its mode cannot be changed`
    : `Other users of this machine had access to ${file} (mode ${before}); it is now its owner's alone`;
}
