import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/clock.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import type { ChannelTarget } from '../channels/channels.repository.js';
import { type ClaimedDelivery, type DeliveryQueue, LEASE_MS } from './delivery-queue.js';
import type { AttemptRecorder } from './attempt-recorder.js';
import { failed, type AttemptResult } from './attempt-result.js';
import { type Limits, InFlightQueue } from './in-flight-queue.js';

/** What a lane works with. */
export interface WorkerTools {
  readonly claims: Pick<DeliveryQueue, 'claim'>;
  readonly results: Pick<AttemptRecorder, 'record'>;
  readonly clock: Clock;
  send(claimed: ClaimedDelivery): Promise<AttemptResult>;
  /** What to do about a channel whose receiver wants nothing more. */
  disable(channel: ChannelTarget): Promise<void>;
}

interface Held extends ClaimedDelivery {
  /** Monotonic. An attempt that began later could outlast the claim. */
  readonly startBefore: number;
}

/** How much of a claim an attempt may need. */
const ATTEMPT_MS = 35_000;

/** Sends what is due to the channels of one type. */
export class ChannelTypeWorker {
  private readonly logger = new Logger(ChannelTypeWorker.name);
  private readonly queue: InFlightQueue<Held>;
  private readonly sending = new Set<Promise<void>>();
  private filling: Promise<void> | null = null;
  private isFillWanted = false;
  private isStopped = false;

  constructor(
    private readonly type: ChannelType,
    limits: Limits,
    private readonly tools: WorkerTools,
  ) {
    this.queue = new InFlightQueue(limits);
  }

  /** Takes on what is due, as far as there is room, and sends it. What comes meanwhile is looked for again. */
  poll(): void {
    if (this.isStopped) return;
    this.isFillWanted = true;
    this.filling ??= this.fillWhileWanted();
  }

  /** Resolves when everything that is due has been tried. */
  async drain(): Promise<void> {
    this.poll();
    while (this.filling || this.sending.size > 0) await Promise.all([this.filling, ...this.sending]);
  }

  /** Begins nothing more, and resolves when what was begun is done. What was only taken on is given back. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.drain();
  }

  private async fillWhileWanted(): Promise<void> {
    try {
      while (this.isFillWanted) {
        this.isFillWanted = false;
        await this.claim();
      }
    } catch (error) {
      this.logger.warn(`Nothing could be taken on: ${(error as Error).message.split('\n')[0]}`);
    } finally {
      this.filling = null;
    }
  }

  private async claim(): Promise<void> {
    const startBefore = this.tools.clock.monotonic() + LEASE_MS - ATTEMPT_MS;
    for (const claimed of await this.tools.claims.claim(this.type, this.queue))
      this.queue.add(claimed.channel.id, { ...claimed, startBefore });
    this.sendNext();
  }

  private sendNext(): void {
    for (let held = this.queue.next(); held; held = this.queue.next()) {
      const sent: Promise<void> = this.process(held).finally(() => this.sending.delete(sent));
      this.sending.add(sent);
    }
  }

  private async process(held: Held): Promise<void> {
    const { channel } = held;
    const result = await this.attempt(held);
    this.queue.sent(channel.id);
    const isGone = result.kind === 'failed' && result.isGone;
    const givenBack = isGone ? this.queue.close(channel.id) : [];
    this.sendNext();
    await Promise.all([
      this.record(held, result),
      ...givenBack.map((each) => this.record(each, { kind: 'given-back' })),
    ]);
    if (isGone) await this.disable(channel);
    this.queue.done(channel.id);
    if (this.queue.isLow(channel.id)) this.poll();
  }

  private async attempt(held: Held): Promise<AttemptResult> {
    if (this.isStopped || this.tools.clock.monotonic() > held.startBefore) return { kind: 'given-back' };
    try {
      return await this.tools.send(held);
    } catch (error) {
      this.logger.error(error);
      return failed('An unforeseen fault of this server kept it from being sent.');
    }
  }

  private record({ delivery }: ClaimedDelivery, result: AttemptResult): Promise<void> {
    return this.tools.results.record({ seq: delivery.seq, attempts: delivery.attempts, result });
  }

  private async disable(channel: ChannelTarget): Promise<void> {
    try {
      await this.tools.disable(channel);
    } catch (error) {
      this.logger.warn(
        `A channel whose receiver is gone could not be disabled: ${(error as Error).message.split('\n')[0]}`,
      );
    }
  }
}
