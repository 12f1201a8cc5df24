import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/clock.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import { type Claimed, type DeliveryClaims, LEASE_MS, type Target } from './delivery-queue.js';
import type { DeliveryResults } from './attempt-recorder.js';
import { failed, type Outcome } from './attempt-result.js';
import { type Limits, SendingQueue } from './in-flight-queue.js';

/** What a lane works with. */
export interface LaneTools {
  readonly claims: Pick<DeliveryClaims, 'claim'>;
  readonly results: Pick<DeliveryResults, 'record'>;
  readonly clock: Clock;
  send(claimed: Claimed): Promise<Outcome>;
  /** What to do about a channel whose receiver wants nothing more. */
  disable(channel: Target): Promise<void>;
}

interface Held extends Claimed {
  /** Monotonic. An attempt that began later could outlast the claim. */
  readonly startBefore: number;
}

/** How much of a claim an attempt may need. */
const ATTEMPT_MS = 35_000;

/** Sends what is due to the channels of one type. */
export class DeliveryLane {
  private readonly logger = new Logger(DeliveryLane.name);
  private readonly queue: SendingQueue<Held>;
  private readonly sending = new Set<Promise<void>>();
  private filling: Promise<void> | null = null;
  private isFillWanted = false;
  private isStopped = false;

  constructor(
    private readonly type: ChannelType,
    limits: Limits,
    private readonly tools: LaneTools,
  ) {
    this.queue = new SendingQueue(limits);
  }

  /** Takes on what is due, as far as there is room, and sends it. What comes meanwhile is looked for again. */
  fill(): void {
    if (this.isStopped) return;
    this.isFillWanted = true;
    this.filling ??= this.fillWhileWanted();
  }

  /** Resolves when everything that is due has been tried. */
  async drain(): Promise<void> {
    this.fill();
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
        await this.takeOn();
      }
    } catch (error) {
      this.logger.warn(`Nothing could be taken on: ${(error as Error).message.split('\n')[0]}`);
    } finally {
      this.filling = null;
    }
  }

  private async takeOn(): Promise<void> {
    const startBefore = this.tools.clock.monotonic() + LEASE_MS - ATTEMPT_MS;
    for (const claimed of await this.tools.claims.claim(this.type, this.queue))
      this.queue.add(claimed.channel.id, { ...claimed, startBefore });
    this.sendNext();
  }

  private sendNext(): void {
    for (let held = this.queue.next(); held; held = this.queue.next()) {
      const sent: Promise<void> = this.handle(held).finally(() => this.sending.delete(sent));
      this.sending.add(sent);
    }
  }

  private async handle(held: Held): Promise<void> {
    const { channel } = held;
    const outcome = await this.attempt(held);
    this.queue.sent(channel.id);
    const isGone = outcome.kind === 'failed' && outcome.isGone;
    const givenBack = isGone ? this.queue.close(channel.id) : [];
    this.sendNext();
    await Promise.all([
      this.record(held, outcome),
      ...givenBack.map((each) => this.record(each, { kind: 'given-back' })),
    ]);
    if (isGone) await this.disable(channel);
    this.queue.done(channel.id);
    if (this.queue.isLow(channel.id)) this.fill();
  }

  private async attempt(held: Held): Promise<Outcome> {
    if (this.isStopped || this.tools.clock.monotonic() > held.startBefore) return { kind: 'given-back' };
    try {
      return await this.tools.send(held);
    } catch (error) {
      this.logger.error(error);
      return failed('An unforeseen fault of this server kept it from being sent.');
    }
  }

  private record({ delivery }: Claimed, outcome: Outcome): Promise<void> {
    return this.tools.results.record({ seq: delivery.seq, attempts: delivery.attempts, outcome });
  }

  private async disable(channel: Target): Promise<void> {
    try {
      await this.tools.disable(channel);
    } catch (error) {
      this.logger.warn(
        `A channel whose receiver is gone could not be disabled: ${(error as Error).message.split('\n')[0]}`,
      );
    }
  }
}
