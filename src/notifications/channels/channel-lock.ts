import type { Principal } from '../../auth/principal.js';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import { findLocked } from '../../database/locks.js';
import { NotFound } from '../../problems/common.problems.js';
import { NotificationChannel } from './channel.entity.js';

export const notFound = (id: string) => new NotFound(`There is no notification channel ${id}.`);

/** A channel of the caller's team, held until the change ends. Throws `NotFound`. */
export async function lockChannel(
  { manager }: AuditedTransaction,
  { teamId }: Pick<Principal, 'teamId'>,
  id: string,
): Promise<NotificationChannel> {
  const channel = await findLocked(manager, NotificationChannel, { id, teamId });
  if (!channel) throw notFound(id);
  return channel;
}
