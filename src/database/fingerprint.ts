import type { DataSource } from 'typeorm';
import type { Clock } from '../common/clock.js';
import { StartError } from '../common/start-error.js';
import type { Secrets } from '../crypto/secrets.js';
import { Instance } from './instance.entity.js';
import { hasTable } from './migrate.js';

/**
 * Refuses a database that was made under another master secret: every key would be unknown and no stored
 * secret would open. A database that is still empty is nobody's. Throws `StartError`.
 */
export async function checkSecret(source: DataSource, secrets: Secrets): Promise<void> {
  const instance = (await hasTable(source, 'instance'))
    ? await source.manager.findOneBy(Instance, { id: Instance.id })
    : null;
  if (!instance || [secrets.fingerprint, secrets.previousFingerprint].includes(instance.fingerprint)) return;
  throw new StartError(
    'The master secret does not fit this database: it was made under another one. Restore APP_SECRET or DATA_DIR/secret, or name the old one in APP_SECRET_PREVIOUS.',
  );
}

/** Leaves the fingerprint of the master secret at the first start. Of two first starts at once, one with another secret is refused. */
export async function claimDatabase(source: DataSource, secrets: Secrets, clock: Clock): Promise<void> {
  const { fingerprint } = secrets;
  await source
    .createQueryBuilder()
    .insert()
    .into(Instance)
    .values({ id: Instance.id, fingerprint, createdAt: clock.now() })
    .orIgnore()
    .execute();
  await checkSecret(source, secrets);
}
