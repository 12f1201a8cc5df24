import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Transactions } from '../../database/transactions.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryEvents } from './delivery-events.js';
import { DeliveryStatistics } from './delivery-statistics.js';
import { type AttemptResult, type DeliveryUpdate, deliveryUpdateOf } from './attempt-result.js';
import { TopicsRepository } from './topics.repository.js';

/** What came of a claim. `seq` and `attempts` name it. */
interface Attempt {
  readonly seq: number;
  readonly attempts: number;
  readonly result: AttemptResult;
}

interface Waiting extends Attempt {
  readonly recorded: () => void;
}

const BATCH = 500;

/** Pauses before recording is tried again: until then the database may be back. */
const PAUSES_MS = [250, 1_000, 4_000, 10_000];

/** Attempts with the same result are written in one statement. */
interface Group {
  readonly attempts: number;
  readonly result: Partial<DeliveryUpdate>;
  readonly seqs: number[];
}

/**
 * Records what came of attempts: what ends while a transaction runs goes into the next one together. A
 * result that cannot be recorded is lost, and the delivery is sent again when its claim has ended.
 */
@Injectable()
export class AttemptRecorder {
  private readonly logger = new Logger(AttemptRecorder.name);
  private readonly waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly deliveries: DeliveriesRepository,
    private readonly topics: TopicsRepository,
    private readonly clock: Clock,
    private readonly statistics: DeliveryStatistics,
    private readonly events: DeliveryEvents,
  ) {}

  /** Resolves when it is recorded, or given up. Never rejects. */
  record(attempt: Attempt): Promise<void> {
    return new Promise((recorded) => {
      this.waiting.push({ ...attempt, recorded });
      this.flushing ??= this.flush();
    });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      await nextTurn();
      const batch = this.waiting.splice(0, BATCH);
      await this.write(batch);
      for (const { recorded } of batch) recorded();
    }
    this.flushing = null;
  }

  private async write(batch: readonly Attempt[]): Promise<void> {
    const groups = this.group(batch);
    for (const pause of [...PAUSES_MS, null]) {
      try {
        await this.transactions.run(async (tx) => {
          for (const group of groups) {
            await this.events.announceEnd(tx, group);
            await this.deliveries.recordAttempt(tx, group.seqs, group.attempts, group.result);
            if (group.result.nextAttemptAt != null) await this.topics.cancelSuperseded(tx, group.seqs);
          }
        });
        for (const { result, seqs } of groups) this.statistics.count(result.status, seqs.length);
        return;
      } catch (error) {
        this.logger.warn(
          `The results of ${batch.length} deliveries could not be recorded: ${(error as Error).message.split('\n')[0]}`,
        );
        if (pause !== null) await wait(pause);
      }
    }
  }

  private group(batch: readonly Attempt[]): Group[] {
    const now = this.clock.now().getTime();
    const groups = new Map<string, Group>();
    for (const { seq, attempts, result: outcome } of batch) {
      const result = deliveryUpdateOf(outcome, attempts, now, Math.random());
      const key = JSON.stringify([attempts, result]);
      const group = groups.get(key) ?? { attempts, result, seqs: [] };
      groups.set(key, group);
      group.seqs.push(seq);
    }
    return [...groups.values()];
  }
}
