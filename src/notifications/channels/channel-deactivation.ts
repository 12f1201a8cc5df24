import { isDeepStrictEqual } from 'node:util';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, In, Not } from 'typeorm';
import { type ActorContext, systemActor } from '../../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../../audit/audited-transactions.js';
import { findAllLocked } from '../../database/locks.js';
import { planLimits } from '../../plans/plan-limits.js';
import { TeamEvents } from '../../plans/team-events.js';
import { channelTarget } from './channel.audit.js';
import { cancelPending } from '../deliveries/delivery-rows.js';
import { type DisabledReason, NotificationChannel } from './channel.entity.js';

/** Why what waits to be sent to a channel that becomes inactive is cancelled. */
export const MADE_INACTIVE = 'The channel was made inactive.';

/** Undoes a change that turned out to be none. */
class NothingToDo extends Error {}

/** Makes channels inactive that nobody asked to: because the plan of their team changed, or their receiver is gone. */
@Injectable()
export class ChannelDeactivation implements OnModuleInit {
  constructor(
    private readonly teamEvents: TeamEvents,
    private readonly audited: AuditedTransactions,
  ) {}

  onModuleInit(): void {
    this.teamEvents.onPlanChanged(async (tx, teamId, plan) => {
      const type = Not(In([...planLimits[plan].channels]));
      await disable(tx, { teamId, type }, 'plan-required');
    });
  }

  /**
   * Makes a channel inactive whose receiver, that of `config`, wants nothing more: it answered 410, or declined e-mail.
   * Another answer to the same may have done it already, and a channel that has another config by now goes on.
   */
  async deactivateGone({
    id,
    teamId,
    type,
    config,
  }: Pick<NotificationChannel, 'id' | 'teamId' | 'type' | 'config'>): Promise<void> {
    const reason = type === 'email' ? 'recipient-declined' : 'receiver-gone';
    try {
      await this.audited.run(systemActor(teamId), async (tx) => {
        const [channel] = await findAllLocked(tx.manager, NotificationChannel, { id, teamId });
        if (!channel?.active || !isDeepStrictEqual(channel.config, config)) throw new NothingToDo();
        await disableOne(tx, channel, reason);
      });
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
    }
  }
}

/** Makes a channel inactive whose address declined e-mail, as whoever answered. */
export async function deactivateDeclined(
  tx: AuditedTransaction,
  channel: NotificationChannel,
): Promise<void> {
  await disableOne(tx, channel, 'recipient-declined');
}

/** Makes the active ones among the channels `where` inactive, as the system. */
async function disable(
  tx: AuditedTransaction,
  where: FindOptionsWhere<NotificationChannel> & { teamId: string },
  disabledReason: DisabledReason,
): Promise<void> {
  const channels = await findAllLocked(tx.manager, NotificationChannel, { ...where, active: true });
  for (const channel of channels) await disableOne(tx, channel, disabledReason, systemActor(where.teamId));
}

async function disableOne(
  tx: AuditedTransaction,
  channel: NotificationChannel,
  disabledReason: DisabledReason,
  by: ActorContext = tx.by,
): Promise<void> {
  const { manager, at } = tx;
  const { id, active } = channel;
  // Whoever declined is asked again before anything else is sent to them.
  const unconfirmed = disabledReason === 'recipient-declined' ? { confirmedAt: null } : {};
  const edit = { active: false, disabledReason, ...unconfirmed, updatedAt: at };
  await manager.update(NotificationChannel, { id }, edit);
  await cancelPending({ manager }, id, MADE_INACTIVE);
  tx.record('channel.disabled', channelTarget(channel), {
    by,
    changes: [
      { field: 'active', from: active, to: false },
      { field: 'disabledReason', from: channel.disabledReason, to: disabledReason },
    ],
  });
}
