import type { Plan } from '../../auth/plan.js';
import { isUniqueViolation } from '../../database/errors.js';
import { requirePlan } from '../../plans/plan.guard.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import { NotFound } from '../../problems/common.problems.js';
import { isSameAddress } from '../recipients/address-digest.js';
import type { ChannelConfig } from './channel-config.js';
import type { NotificationChannel } from './channel.entity.js';
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

/** What was looked for as the channel `id`. Throws `NotFound` where there is none. */
export function requireChannel(found: NotificationChannel | null, id: string): NotificationChannel {
  if (!found) throw new NotFound(`There is no notification channel ${id}.`);
  return found;
}

/** For one more channel beside those that a team has. */
export function requireRoom(used: number): void {
  if (used < MAX_CHANNELS) return;
  throw new ChannelLimitReached(`A team can have ${MAX_CHANNELS} channels.`, { limit: MAX_CHANNELS, used });
}

export function refuseTaken(error: unknown): never {
  if (isUniqueViolation(error)) throw new ChannelNameTaken('The team already has a channel of that name.');
  throw error;
}
