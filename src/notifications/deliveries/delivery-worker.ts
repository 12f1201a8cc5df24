import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ProcessRole } from '../../config/process-role.js';
import { type ChannelType, channelTypes } from '../../plans/plan-limits.js';
import { ChannelDeactivation } from '../channels/channel-deactivation.js';
import { DeliveryQueue } from './delivery-queue.js';
import { ChannelTypeWorker } from './channel-type-worker.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { MAIL_CONNECTIONS } from '../senders/mailer.js';
import { NotificationSender } from '../senders/notification-sender.js';
import type { Limits } from './in-flight-queue.js';

const POLL_MS = 1_000;

const overHttp: Limits = { sending: 100, sendingOfChannel: 2, held: 500, heldOfChannel: 40 };

/** One server for all channels. */
const overSmtp: Limits = { sending: MAIL_CONNECTIONS, sendingOfChannel: 2, held: 40, heldOfChannel: 10 };

const limits: Readonly<Record<ChannelType, Limits>> = { email: overSmtp, slack: overHttp, webhook: overHttp };

/**
 * Sends what the outbox holds, in processes that are workers: at once when something is recorded here, and
 * within a second when another process did it. Each type of channel has a lane of its own, so that a mail
 * server that is slow delays no webhook.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly lanes: readonly ChannelTypeWorker[];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly role: ProcessRole,
    claims: DeliveryQueue,
    results: AttemptRecorder,
    clock: Clock,
    senders: NotificationSender,
    activity: ChannelDeactivation,
  ) {
    const tools = {
      claims,
      results,
      clock,
      send: senders.send.bind(senders),
      disable: activity.deactivateGone.bind(activity),
    };
    this.lanes = channelTypes.map((type) => new ChannelTypeWorker(type, limits[type], tools));
  }

  onApplicationBootstrap(): void {
    if (this.role.isWorker) this.timer = setInterval(() => this.fill(), POLL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  /** Something was recorded, and is committed. */
  wake(): void {
    if (this.role.isWorker) this.fill();
  }

  /** Sends everything that is due, whatever the role of the process. */
  async drain(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.drain()));
  }

  private fill(): void {
    for (const lane of this.lanes) lane.poll();
  }
}
