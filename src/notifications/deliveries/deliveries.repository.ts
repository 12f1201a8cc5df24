import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import { BaseRepository } from '../../database/base.repository.js';
import type { Condition } from '../../database/condition.js';
import { SqlReader } from '../../database/sql-reader.js';
import type { Transaction } from '../../database/transactions.js';
import type { Listing } from '../../http/listing.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import { Delivery, type DeliveryStatus } from './delivery.entity.js';
import { IS_SUPERSEDED, sqlList } from './topics.repository.js';

/** A delivery that the database has not numbered yet. */
export type NewDelivery = Omit<Delivery, 'seq'>;

/** A delivery as it is sent. */
export type SentDelivery = Pick<
  Delivery,
  'seq' | 'teamId' | 'channelId' | 'incidentId' | 'type' | 'webhookId' | 'payload' | 'attempts'
>;

export interface DueDelivery extends SentDelivery {
  /** Whether it was tried, and there is a newer one of its topic by now. */
  readonly isSuperseded: boolean;
}

interface RawDue extends SentDelivery {
  readonly isOld: number | string;
}

/** How many rows one statement inserts. */
const BATCH = 500;

const FIND_DUE =
  "SELECT 1 FROM deliveries d WHERE d.status = 'pending' AND d.channelType = ? AND d.nextAttemptAt <= ? LIMIT 1";

/**
 * What is due, first due first. Of a topic a channel is told one thing after the other: nothing is due while
 * something earlier is pending. Its values: the type, the time, each channel of `full`.
 */
export const dueSql = (full: readonly string[], limit: number): string => `
  SELECT d.seq, d.teamId, d.channelId, d.incidentId, d.type, d.webhookId, d.payload, d.attempts,
         ${IS_SUPERSEDED} AS isOld
    FROM deliveries d
   WHERE d.status = 'pending' AND d.channelType = ? AND d.nextAttemptAt <= ?
     ${full.length > 0 ? `AND d.channelId NOT IN ${sqlList(full)}` : ''}
     AND NOT EXISTS (
       SELECT 1 FROM deliveries e
        WHERE e.topic = d.topic AND e.channelId = d.channelId AND e.seq < d.seq AND e.status = 'pending')
   ORDER BY d.nextAttemptAt, d.seq
   LIMIT ${limit}${dialect === 'mysql' ? ' FOR UPDATE SKIP LOCKED' : ''}`;

const claimSql = (seqs: readonly number[]): string =>
  `UPDATE deliveries SET nextAttemptAt = ?, sendingUntil = ?, attempts = attempts + 1 WHERE seq IN ${sqlList(seqs)}`;

const FIND_FIRST_DUE =
  "SELECT d.nextAttemptAt AS at FROM deliveries d WHERE d.status = 'pending' AND d.channelType = ? ORDER BY d.nextAttemptAt LIMIT 1";

const recordSql = (columns: readonly string[], seqs: readonly number[]): string =>
  `UPDATE deliveries SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE status = 'pending' AND attempts = ? AND seq IN ${sqlList(seqs)}`;

const CANCEL_PENDING = `UPDATE deliveries SET status = 'cancelled', nextAttemptAt = NULL, sendingUntil = NULL, lastError = ?
      WHERE channelId = ? AND status = 'pending'`;

const findEndedSql = (most: number): string =>
  `SELECT d.seq FROM deliveries d WHERE d.createdAt < ? AND d.status <> 'pending' ORDER BY d.createdAt LIMIT ${most}`;

const deleteSql = (seqs: readonly number[]): string => `DELETE FROM deliveries WHERE seq IN ${sqlList(seqs)}`;

/** What is to be sent to channels, and what was. What concerns several messages of a topic: see `TopicsRepository`. */
@Injectable()
export class DeliveriesRepository extends BaseRepository<Delivery> {
  constructor(@InjectRepository(Delivery) deliveries: Repository<Delivery>, sql: SqlReader) {
    super(deliveries, sql);
  }

  async insertAll(tx: Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
    for (let i = 0; i < deliveries.length; i += BATCH)
      await this.within(tx).insert(deliveries.slice(i, i + BATCH));
  }

  /** The deliveries to a channel, newest first. */
  listing(channelId: string, status: DeliveryStatus | undefined): Listing<Delivery> {
    const conditions: Condition[] = [['t.channelId = ?', channelId]];
    if (status !== undefined) conditions.push(['t.status = ?', status]);
    return { entity: Delivery, conditions, orderBy: ['seq'], descending: true };
  }

  /** The deliveries that tell of an incident of a team, to all channels, in the order they were recorded. */
  findOfIncident(teamId: string, incidentId: string): Promise<Delivery[]> {
    return this.sql.select(Delivery, {
      where: 't.incidentId = ? AND t.teamId = ?',
      values: [incidentId, teamId],
      orderBy: 't.seq',
    });
  }

  /** A delivery to a channel, held until the transaction ends. */
  async lockOfChannel(tx: Transaction, channelId: string, id: string): Promise<Delivery | null> {
    const delivery = await this.lock(tx, { id, channelId });
    return delivery && numbered(delivery);
  }

  /** Those of `seqs` that are pending, and at attempt number `attempts`: held until the transaction ends. */
  async lockPending(tx: Transaction, seqs: readonly number[], attempts: number): Promise<Delivery[]> {
    const where = { seq: In([...seqs]), status: 'pending' as const, attempts };
    return (await this.lockAll(tx, where)).map(numbered);
  }

  /** Whether something is due to a channel of this type. */
  async hasDue(type: ChannelType, now: number): Promise<boolean> {
    return (await this.sql.query(FIND_DUE, [type, now])).length > 0;
  }

  /** What is due to channels of this type, without the channels of `full`, first due first. Passes over what others hold. */
  async lockDue(
    { manager }: Transaction,
    type: ChannelType,
    now: number,
    { full, limit }: { readonly full: readonly string[]; readonly limit: number },
  ): Promise<DueDelivery[]> {
    const rows = await manager.query<RawDue[]>(dueSql(full, limit), [type, now, ...full]);
    return rows.map(({ isOld, ...row }) => ({ ...numbered(row), isSuperseded: Number(isOld) !== 0 }));
  }

  /** Begins an attempt of each of these deliveries, which is taken for lost after `until`. */
  async claim({ manager }: Transaction, seqs: readonly number[], until: number): Promise<void> {
    if (seqs.length > 0) await manager.query(claimSql(seqs), [until, until, ...seqs]);
  }

  /** When the first delivery to a channel of this type is or was due; null where none is pending. */
  async findFirstDue(type: ChannelType): Promise<number | null> {
    const [first] = await this.sql.query<{ at: number | string }>(FIND_FIRST_DUE, [type]);
    return first ? Number(first.at) : null;
  }

  /** Writes `edit` into those of the deliveries `seqs` that are still pending, and at attempt number `attempts`. */
  async recordAttempt(
    { manager }: Transaction,
    seqs: readonly number[],
    attempts: number,
    edit: Partial<Delivery>,
  ): Promise<void> {
    const values = [...Object.values(edit), attempts, ...seqs];
    await manager.query(recordSql(Object.keys(edit), seqs), values);
  }

  /** Gives up what waits to be sent to a channel, for `reason`. */
  async cancelPending({ manager }: Transaction, channelId: string, reason: string): Promise<void> {
    await manager.query(CANCEL_PENDING, [reason, channelId]);
  }

  /** Deliveries that were recorded before `limit` and are not to be sent any more, oldest first. */
  async findEndedBefore(limit: number, most: number): Promise<number[]> {
    const rows = await this.sql.query<{ seq: number | string }>(findEndedSql(most), [limit]);
    return rows.map(({ seq }) => Number(seq));
  }

  async deleteAll({ manager }: Transaction, seqs: readonly number[]): Promise<void> {
    await manager.query(deleteSql(seqs), [...seqs]);
  }
}

/** MySQL's driver gives 64-bit numbers as text where they are large, and TypeORM always. */
const numbered = <Row extends { readonly seq: number }>(row: Row): Row => ({ ...row, seq: Number(row.seq) });
