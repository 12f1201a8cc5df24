import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import { findAllLocked } from '../../database/locks.js';
import { ChannelEvents } from '../../notifications/channels/channel-events.js';
import { Outbox } from '../../notifications/deliveries/outbox.js';
import { Incident } from './incident.entity.js';
import { IncidentResolver } from './incident-resolver.js';
import { lockLast } from './incident-rows.js';
import type { Transaction } from '../../database/transactions.js';

/**
 * Has a channel that can be reached again told of the all-clears that did not reach it, where it is all clear still;
 * otherwise it hears the next one. What fails by now it hears of with the next check.
 */
@Injectable()
export class MissedResolutions implements OnModuleInit {
  constructor(
    private readonly channels: ChannelEvents,
    private readonly outbox: Outbox,
    private readonly endings: IncidentResolver,
  ) {}

  onModuleInit(): void {
    this.channels.onReachable(async (tx, { id, teamId }) => {
      await this.sendAgain(tx, id);
      await this.tellOwed(tx, teamId, id);
    });
  }

  /** Ends that were recorded for the channel, and did not arrive. */
  private async sendAgain(tx: AuditedTransaction, channelId: string): Promise<void> {
    const { at } = tx;
    for (const missed of await this.outbox.missedResolutions(tx, channelId, 'incident.resolved')) {
      const last = await lastLike(tx, missed.incidentId!);
      if (!last) continue;
      if (last.status === 'resolved' && last.lastWord === 'good') await this.outbox.resend(tx, missed, at);
      else await owe(tx, last, channelId);
    }
  }

  /** Ends that were told while the channel could not be. Those that nobody was told yet it hears with all others. */
  private async tellOwed(tx: AuditedTransaction, teamId: string, channelId: string): Promise<void> {
    const { at } = tx;
    const over = { teamId, settled: false, status: 'resolved' as const, lastWord: 'good' as const };
    for (const incident of await findAllLocked(tx.manager, Incident, over))
      if (incident.toldChannelIds?.includes(channelId))
        await this.endings.notifyOwed(tx, incident, at.getTime());
  }
}

/** The last incident of the same rule and monitor, held until the transaction ends. */
async function lastLike(tx: Transaction, incidentId: string): Promise<Incident | null> {
  const incident = await tx.manager.findOneBy(Incident, { id: incidentId });
  return incident && lockLast(tx, { rule: { id: incident.ruleId }, monitor: { id: incident.monitorId } });
}

/** Has a channel be told that it is over with all others, when that is due. */
async function owe({ manager }: Transaction, incident: Incident, channelId: string): Promise<void> {
  const toldChannelIds = [...new Set([...(incident.toldChannelIds ?? []), channelId])];
  await manager.update(Incident, { id: incident.id }, { toldChannelIds });
}
