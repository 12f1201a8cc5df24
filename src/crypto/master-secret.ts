import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { StartError } from '../common/start-error.js';

/**
 * The master secret: `APP_SECRET`, or for the embedded database a file in the data directory that is made
 * at the first start, readable by its owner alone (ASVS 13.3.1). It never enters the database.
 */
export function masterSecret({ appSecret, dataDir }: Config): string {
  if (appSecret) return appSecret;
  const file = join(dataDir, 'secret');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return readOrCreate(file);
  } catch (error) {
    throw new StartError(`Cannot keep the master secret in ${file}: ${(error as Error).message}`);
  }
}

function readOrCreate(file: string): string {
  if (!existsSync(file))
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) throw new Error('the file holds less than 32 characters');
  return secret;
}
