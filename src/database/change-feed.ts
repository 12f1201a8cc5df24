import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Clock } from '../common/clock.js';
import { ChangeFeedEntry } from './change-feed.entity.js';
import { RetentionJobs } from './retention-jobs.js';
import { SqlReader } from './sql-reader.js';
import { type Transaction, Transactions } from './transactions.js';

/** What can be told of. */
export type FeedKind = 'monitor' | 'check-request' | 'alert-rule' | 'maintenance-window' | 'incident';

/** What was changed since a version. */
export interface ChangeBatch {
  /** Where to go on from. */
  readonly version: number;
  /** Whether so much happened that it is not known any more: then everything must be read anew. */
  readonly isIncomplete: boolean;
  readonly changed: ReadonlyMap<FeedKind, ReadonlySet<string>>;
}

const KEPT_MS = 3_600_000;
const BATCH = 500;
const MOST = 5_000;

/**
 * Tells every process what was changed, in the order of the commits.
 *
 * The version is counted up under a lock that is held until the transaction ends, so that no reader ever sees
 * a version before a smaller one. Publish last in a transaction: whoever else publishes waits for its end.
 */
@Injectable()
export class ChangeFeed implements OnModuleInit {
  constructor(
    private readonly reads: SqlReader,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly retention: RetentionJobs,
  ) {}

  onModuleInit(): void {
    this.retention.add('Shortening the change feed', () => this.shorten());
  }

  /** Tells of `ids` once the transaction of `manager` commits. */
  async publish({ manager }: Transaction, kind: FeedKind, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await manager.query('UPDATE change_feed_version SET version = version + 1 WHERE id = 1');
    const [row] = await manager.query('SELECT version FROM change_feed_version WHERE id = 1');
    const version = Number(row.version);
    const publishedAt = this.clock.now().getTime();
    const entries = [...new Set(ids)].map((subjectId) => ({ version, kind, subjectId, publishedAt }));
    for (let i = 0; i < entries.length; i += BATCH)
      await manager.insert(ChangeFeedEntry, entries.slice(i, i + BATCH));
  }

  /** The version as of now: whoever then reads everything misses nothing that `since` does not tell. */
  async version(): Promise<number> {
    const [row] = await this.reads.query<{ version: number | string }>(
      'SELECT version FROM change_feed_version WHERE id = 1',
      [],
    );
    return Number(row!.version);
  }

  async since(version: number): Promise<ChangeBatch> {
    const now = await this.version();
    const changed = new Map<FeedKind, Set<string>>();
    if (now === version) return { version, isIncomplete: false, changed };
    const entries = await this.reads.query<{ version: number | string; kind: FeedKind; subjectId: string }>(
      `SELECT version, kind, subjectId FROM change_feed WHERE version > ? AND version <= ? ORDER BY version LIMIT ${MOST}`,
      [version, now],
    );
    const isIncomplete = entries.length === MOST || Number(entries[0]?.version) !== version + 1;
    if (isIncomplete) return { version: now, isIncomplete, changed };
    for (const { kind, subjectId } of entries)
      changed.set(kind, (changed.get(kind) ?? new Set()).add(subjectId));
    return { version: now, isIncomplete, changed };
  }

  private async shorten(): Promise<void> {
    const limit = this.clock.now().getTime() - KEPT_MS;
    await this.transactions.run(({ manager }) =>
      manager.delete(ChangeFeedEntry, { publishedAt: LessThan(limit) }),
    );
  }
}
