import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { DeliveryEvents, type EndedDelivery } from '../../notifications/deliveries/delivery-events.js';
import { IncidentsRepository } from '../incidents.repository.js';
import type { TimelineEntry } from './timeline-entry.js';
import { timelineEntryOf } from './timeline-entries.js';
import type { Transaction } from '../../database/transactions.js';

/** Notes in the timelines of incidents what became of the messages about them. */
@Injectable()
export class NotificationTimeline implements OnModuleInit {
  constructor(
    private readonly events: DeliveryEvents,
    private readonly incidents: IncidentsRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.onEnded((tx, ended) => this.note(tx, ended));
  }

  private async note(tx: Transaction, ended: readonly EndedDelivery[]): Promise<void> {
    const ids = [...new Set(ended.map(({ incidentId }) => incidentId))];
    const there = await this.incidents.findThere(tx, ids);
    const at = this.clock.now().getTime();
    const lines = ended
      .filter(({ incidentId }) => there.has(incidentId))
      .map((delivery) => timelineEntryOf(delivery.incidentId, at, entryOf(delivery)));
    if (lines.length > 0) await this.incidents.insertEvents(tx, lines);
  }
}

const entryOf = (delivery: EndedDelivery): TimelineEntry => ({
  type: 'notified',
  deliveryId: delivery.id,
  channelId: delivery.channelId,
  channelName: delivery.channelName ?? '',
  message: delivery.type,
  result: delivery.isDelivered ? 'delivered' : 'failed',
  text: delivery.reason,
});
