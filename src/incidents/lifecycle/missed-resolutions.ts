import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import { ChannelEvents } from '../../notifications/channels/channel-events.js';
import { Outbox } from '../../notifications/deliveries/outbox.js';
import { IncidentsRepository } from '../incidents.repository.js';
import type { Incident } from './incident.entity.js';
import { IncidentResolver } from './incident-resolver.js';
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
    private readonly incidents: IncidentsRepository,
    private readonly resolver: IncidentResolver,
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
      const last = await this.incidents.lockLastLike(tx, missed.incidentId!);
      if (!last) continue;
      if (last.status === 'resolved' && last.lastWord === 'good') await this.outbox.resend(tx, missed, at);
      else await this.owe(tx, last, channelId);
    }
  }

  /** Ends that were told while the channel could not be. Those that nobody was told yet it hears with all others. */
  private async tellOwed(tx: AuditedTransaction, teamId: string, channelId: string): Promise<void> {
    const { at } = tx;
    for (const incident of await this.incidents.lockOwed(tx, teamId))
      if (incident.toldChannelIds?.includes(channelId))
        await this.resolver.notifyOwed(tx, incident, at.getTime());
  }

  /** Has a channel be told that it is over with all others, when that is due. */
  private async owe(tx: Transaction, incident: Incident, channelId: string): Promise<void> {
    const toldChannelIds = [...new Set([...(incident.toldChannelIds ?? []), channelId])];
    await this.incidents.update(tx, { id: incident.id }, { toldChannelIds });
  }
}
