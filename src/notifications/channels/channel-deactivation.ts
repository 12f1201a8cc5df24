import { isDeepStrictEqual } from 'node:util';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ActorContext, systemActor } from '../../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../../audit/audited-transactions.js';
import { planLimits } from '../../plans/plan-limits.js';
import { TeamEvents } from '../../plans/team-events.js';
import { channelTarget } from './channel.audit.js';
import { DeliveriesRepository } from '../deliveries/deliveries.repository.js';
import type { DisabledReason, NotificationChannel } from './channel.entity.js';
import { ChannelsRepository } from './channels.repository.js';

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
    private readonly channels: ChannelsRepository,
    private readonly deliveries: DeliveriesRepository,
  ) {}

  onModuleInit(): void {
    this.teamEvents.onPlanChanged(async (tx, teamId, plan) => {
      const channels = await this.channels.lockActiveExcept(tx, teamId, planLimits[plan].channels);
      for (const channel of channels) await this.disable(tx, channel, 'plan-required', systemActor(teamId));
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
        const [channel] = await this.channels.lockAll(tx, { id, teamId });
        if (!channel?.active || !isDeepStrictEqual(channel.config, config)) throw new NothingToDo();
        await this.disable(tx, channel, reason);
      });
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
    }
  }

  /** Makes a channel inactive whose address declined e-mail, as whoever answered. */
  async deactivateDeclined(tx: AuditedTransaction, channel: NotificationChannel): Promise<void> {
    await this.disable(tx, channel, 'recipient-declined');
  }

  private async disable(
    tx: AuditedTransaction,
    channel: NotificationChannel,
    disabledReason: DisabledReason,
    by: ActorContext = tx.by,
  ): Promise<void> {
    const { id, active } = channel;
    // Whoever declined is asked again before anything else is sent to them.
    const unconfirmed = disabledReason === 'recipient-declined' ? { confirmedAt: null } : {};
    const edit = { active: false, disabledReason, ...unconfirmed, updatedAt: tx.at };
    await this.channels.update(tx, { id }, edit);
    await this.deliveries.cancelPending(tx, id, MADE_INACTIVE);
    tx.record('channel.disabled', channelTarget(channel), {
      by,
      changes: [
        { field: 'active', from: active, to: false },
        { field: 'disabledReason', from: channel.disabledReason, to: disabledReason },
      ],
    });
  }
}
