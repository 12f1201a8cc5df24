import type { DataSource } from 'typeorm';
import type { Clock } from '../common/clock.js';
import { StartError } from '../common/start-error.js';
import type { Secrets } from '../crypto/secrets.js';
import { checkSecret, claimDatabase } from './fingerprint.js';
import { isOutdated, migrate } from './migrate.js';

/** Makes a database fit for this program and its master secret, or refuses it unchanged. Returns the names of the migrations that ran. */
export async function prepare(source: DataSource, secrets: Secrets, clock: Clock): Promise<string[]> {
  await checkSecret(source, secrets);
  const names = await migrate(source);
  await claimDatabase(source, secrets, clock);
  return names;
}

/** Makes sure that a database is fit already. Throws `StartError`. */
export async function requirePrepared(source: DataSource, secrets: Secrets): Promise<void> {
  await checkSecret(source, secrets);
  if (await isOutdated(source))
    throw new StartError('The database is not up to date. First run: npm run pulse -- migrate');
}
