import type { DataSource } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { Clock } from '../common/clock.js';
import { StartError } from '../common/start-error.js';
import type { Secrets } from '../crypto/secrets.js';
import { Instance } from './instance.entity.js';

const LOCK_WAIT_SECONDS = 60;

/** Brings the schema up to date. Two processes that start together take turns. Returns how many migrations ran. */
export async function migrate(source: DataSource): Promise<number> {
  if (dialect === 'sqlite') return (await source.runMigrations()).length;
  const runner = source.createQueryRunner();
  try {
    const [row] = await runner.query(`SELECT GET_LOCK(CONCAT('pulseapi:', DATABASE()), ?) AS locked`, [
      LOCK_WAIT_SECONDS,
    ]);
    if (Number(row.locked) !== 1)
      throw new StartError('Another process has been migrating the database for a minute');
    return (await source.runMigrations()).length;
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(CONCAT('pulseapi:', DATABASE()))`);
    await runner.release();
  }
}

/**
 * Refuses a database that was made under another master secret: every key would be unknown and no stored
 * secret would open. The first start leaves the fingerprint of its own.
 */
export async function checkSecret(source: DataSource, secrets: Secrets, clock: Clock): Promise<void> {
  const { fingerprint, previousFingerprint } = secrets;
  await source
    .createQueryBuilder()
    .insert()
    .into(Instance)
    .values({ id: Instance.id, fingerprint, createdAt: clock.now() })
    .orIgnore()
    .execute();
  const { fingerprint: stored } = await source.manager.findOneByOrFail(Instance, { id: Instance.id });
  if (stored !== fingerprint && stored !== previousFingerprint)
    throw new StartError(
      'The master secret does not fit this database: it was made under another one. Restore APP_SECRET or DATA_DIR/secret, or name the old one in APP_SECRET_PREVIOUS.',
    );
}
