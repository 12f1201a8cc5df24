import type { Plan } from '../../auth/plan.js';
import type { Principal } from '../../auth/principal.js';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import { isUniqueViolation } from '../../database/errors.js';
import { requirePlan } from '../../plans/plan.guard.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import { isSameAddress } from '../recipients/address-digest.js';
import type { ChannelConfig } from './channel-config.js';
import { NotificationChannel } from './channel.entity.js';
import { ChannelLimitReached, ChannelNameTaken } from '../notifications.problems.js';

/** How many channels a team can have, whatever its plan. */
const MAX_CHANNELS = 50;

/** Whether an e-mail channel leads to another mailbox. */
export const isOtherMailbox = (before: ChannelConfig, after: ChannelConfig): boolean =>
  before.type === 'email' && after.type === 'email' && !isSameAddress(before.address, after.address);

/** Whether messages are sent to a channel. */
export const isReachable = ({
  active,
  confirmedAt,
}: Pick<NotificationChannel, 'active' | 'confirmedAt'>): boolean => active && confirmedAt !== null;

const nouns: Readonly<Record<ChannelType, string>> = {
  email: 'E-mail channels',
  slack: 'Slack channels',
  webhook: 'Webhooks',
};

export const requireType = (plan: Plan, type: ChannelType): void =>
  requirePlan(plan, ({ channels }) => channels.includes(type), nouns[type]);

export async function requireRoom({ manager }: AuditedTransaction, { teamId }: Principal): Promise<void> {
  const used = await manager.countBy(NotificationChannel, { teamId });
  if (used < MAX_CHANNELS) return;
  throw new ChannelLimitReached(`A team can have ${MAX_CHANNELS} channels.`, { limit: MAX_CHANNELS, used });
}

export function refuseTaken(error: unknown): never {
  if (isUniqueViolation(error)) throw new ChannelNameTaken('The team already has a channel of that name.');
  throw error;
}
