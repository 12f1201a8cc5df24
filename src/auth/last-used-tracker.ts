import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { dialect } from '../config/dialect.js';
import { type Transaction, Transactions } from '../database/transactions.js';

const MINUTE = 60_000;

/**
 * How many rows one transaction writes. On MySQL and MariaDB it holds them until it ends, and with each of them all
 * changes of its caller. On SQLite, where transactions queue, few are better.
 */
const BATCH = dialect === 'mysql' ? 1 : 100;

/** Writes when and from where something was used, within a transaction. */
type Write = (tx: Transaction, id: string, at: Date, ip: string | null) => Promise<unknown>;

interface Use {
  readonly write: Write;
  readonly at: Date;
  readonly ip: string | null;
}

/**
 * Notes the last use of keys and sessions: at most once a minute each, always the first, and after the
 * response has gone its way. A machine-made row: it leaves no audit event.
 */
@Injectable()
export class LastUsedTracker implements OnApplicationShutdown {
  private readonly logger = new Logger(LastUsedTracker.name);
  private pending = new Map<string, Use>();
  private flushing: Promise<void> | null = null;

  constructor(private readonly transactions: Transactions) {}

  note(id: string, previous: Date | null, at: Date, ip: string | null, write: Write): void {
    if (previous && at.getTime() - previous.getTime() < MINUTE) return;
    if (this.pending.has(id)) return;
    this.pending.set(id, { write, at, ip });
    this.flushing ??= this.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flushing;
  }

  private async flush(): Promise<void> {
    while (this.pending.size > 0) {
      await new Promise(setImmediate);
      const batch = this.pending;
      this.pending = new Map();
      await this.write(batch);
    }
    this.flushing = null;
  }

  private async write(pending: ReadonlyMap<string, Use>): Promise<void> {
    const uses = [...pending].toSorted(([one], [other]) => (one < other ? -1 : 1));
    let noted = 0;
    try {
      for (; noted < uses.length; noted += BATCH) await this.writeTogether(uses.slice(noted, noted + BATCH));
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0];
      this.logger.warn(`The last use of ${uses.length - noted} credentials could not be noted: ${reason}`);
    }
  }

  private writeTogether(uses: ReadonlyArray<readonly [string, Use]>): Promise<void> {
    return this.transactions.run(async (tx) => {
      for (const [id, { write, at, ip }] of uses) await write(tx, id, at, ip);
    });
  }
}
