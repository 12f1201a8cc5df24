import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { channelTypes } from '../../plans/plan-limits.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { DeliveryStatus } from './delivery.entity.js';

/** How the sending of this process goes, for whoever measures it. */
@Injectable()
export class DeliveryStatistics {
  private readonly counts = { delivered: 0, retried: 0, dead: 0 };

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly clock: Clock,
  ) {}

  /** Attempts since the process started, by what came of them. */
  get attempts(): Readonly<Record<'delivered' | 'retried' | 'dead', number>> {
    return { ...this.counts };
  }

  /** Notes attempts by what they made of their deliveries; undefined for what was not tried. */
  count(status: DeliveryStatus | undefined, by: number): void {
    if (status === 'delivered' || status === 'dead') this.counts[status] += by;
    if (status === 'pending') this.counts.retried += by;
  }

  /** For how long the delivery that has waited longest has been due, in milliseconds. 0 where none is. */
  async overdueMs(): Promise<number> {
    const now = this.clock.now().getTime();
    const firsts = await Promise.all(channelTypes.map((type) => this.deliveries.findFirstDue(type)));
    return Math.max(0, ...firsts.map((at) => now - (at ?? now)));
  }
}
