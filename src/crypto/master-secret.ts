import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { makeDataDirectory, narrow, secretFile, sqliteFile } from '../config/data-files.js';
import { secretIssue } from '../config/readers.js';
import { StartError } from '../common/start-error.js';

/** The master secret, and the file it was generated into if this start did that. */
export class MasterSecret {
  constructor(
    readonly value: string,
    readonly generatedIn: string | null = null,
  ) {}
}

/**
 * The master secret: `APP_SECRET`, or for the embedded database a file in the data directory that is made
 * at the first start, readable by its owner alone (ASVS 13.3.1). It never enters the database.
 *
 * Beside a database that is there already none is made: it could only be a wrong one. Throws `StartError`.
 */
export function masterSecret(config: Config): MasterSecret {
  if (config.appSecret) return new MasterSecret(config.appSecret);
  const file = secretFile(config);
  try {
    const isNew = !existsSync(file);
    if (isNew) generate(config, file);
    return new MasterSecret(read(file), isNew ? file : null);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`Cannot keep the master secret in ${file}: ${(error as Error).message}`);
  }
}

function generate(config: Config, file: string): void {
  if (existsSync(sqliteFile(config)))
    throw new StartError(
      `There is a database in ${config.dataDir}, but not its master secret: restore ${file}, or set APP_SECRET to what it was.`,
    );
  makeDataDirectory(config);
  writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
}

function read(file: string): string {
  const warning = narrow(file);
  if (warning !== null)
    new Logger('Secret').warn(`${warning}. If somebody may have read it, rotate the master secret.`);
  const secret = readFileSync(file, 'utf8').trim();
  const fault = secretIssue(secret);
  if (fault !== null) throw new Error(`the secret in it ${fault}`);
  return secret;
}
