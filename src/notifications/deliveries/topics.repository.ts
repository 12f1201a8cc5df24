import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import { BaseRepository } from '../../database/base.repository.js';
import { SqlReader } from '../../database/sql-reader.js';
import type { Transaction } from '../../database/transactions.js';
import type { IncidentMessageType } from '../senders/message.js';
import { Delivery } from './delivery.entity.js';

/** Why a message is not sent any more of whose topic there is a newer one. */
export const SUPERSEDED = 'A newer message took its place.';

/** What was tried of a topic, and may be tried again. */
export interface TriedDelivery {
  readonly seq: number;
  /** Null where nobody is sending it. */
  readonly sendingUntil: number | null;
}

/** What was last told of an incident that goes on. */
export interface Subject {
  /** What messages about it have in common with those about earlier ones. */
  readonly topic: string;
  readonly incidentId: string;
  readonly type: IncidentMessageType;
}

/** What tells that something is over. */
export type ResolvedType = 'incident.resolved' | 'monitoring.restored';

/** An all-clear that did not reach its channel, and will not. */
export interface MissedResolution {
  readonly seq: number;
  /** Null where it is about none. */
  readonly incidentId: string | null;
}

/** MySQL gives 64-bit numbers as text where they are large. */
type RawNumber = number | string;

/** Place-holders for a list of values. */
export const sqlList = (values: readonly unknown[]): string => `(${values.map(() => '?').join(', ')})`;

const lock = dialect === 'mysql' ? ' FOR UPDATE' : '';

/** Whether there is a newer message than `d` of the same topic to the same channel. */
const HAS_NEWER =
  'EXISTS (SELECT 1 FROM deliveries n WHERE n.topic = d.topic AND n.channelId = d.channelId AND n.seq > d.seq)';

/** Whether `d` is not tried again, because there is a newer one. What was never tried is still sent, before the newer one. */
export const IS_SUPERSEDED = `(d.attempts > 0 AND ${HAS_NEWER})`;

/** Whether nobody will send `d` any more, and it did not arrive. */
const IS_LOST = "d.status IN ('cancelled', 'dead')";

/** Its values: the topic, each of the channels. */
export const triedSql = (channelIds: readonly string[]): string =>
  `SELECT seq, sendingUntil FROM deliveries
    WHERE topic = ? AND channelId IN ${sqlList(channelIds)} AND status = 'pending' AND attempts > 0`;

const cancelSql = (seqs: readonly number[]): string =>
  `UPDATE deliveries SET status = 'cancelled', nextAttemptAt = NULL, sendingUntil = NULL, lastError = ?
      WHERE seq IN ${sqlList(seqs)}`;

const findSupersededSql = (seqs: readonly number[]): string =>
  `SELECT d.seq FROM deliveries d WHERE d.seq IN ${sqlList(seqs)} AND d.status = 'pending' AND ${IS_SUPERSEDED}`;

const findMissedSql = (channelIds: readonly string[]): string =>
  `SELECT d.channelId
       FROM (SELECT MAX(seq) AS seq FROM deliveries
              WHERE topic = ? AND channelId IN ${sqlList(channelIds)} GROUP BY channelId) last
       JOIN deliveries d ON d.seq = last.seq
      WHERE ${IS_LOST} OR d.incidentId <> ? OR d.type <> ?`;

const FIND_MISSED_RESOLUTIONS = `SELECT d.seq, d.incidentId FROM deliveries d
      WHERE d.channelId = ? AND d.topic IS NOT NULL AND d.type = ? AND ${IS_LOST} AND NOT ${HAS_NEWER}`;

const RESEND =
  "UPDATE deliveries SET status = 'pending', attempts = 0, nextAttemptAt = ?, deliveredAt = NULL WHERE seq = ?";

const FIND_NEWER = `SELECT 1 FROM deliveries d WHERE d.seq = ? AND ${HAS_NEWER}`;

/** Deliveries as messages of a topic, of which the newest is to be the last that arrives. */
@Injectable()
export class TopicsRepository extends BaseRepository<Delivery> {
  constructor(@InjectRepository(Delivery) deliveries: Repository<Delivery>, sql: SqlReader) {
    super(deliveries, sql);
  }

  /** What was tried of a topic in one of these channels, and waits to be tried again or is being sent: held until the transaction ends. */
  async lockTried(
    { manager }: Transaction,
    topic: string,
    channelIds: readonly string[],
  ): Promise<TriedDelivery[]> {
    const tried = await manager.query<Array<{ seq: RawNumber; sendingUntil: RawNumber | null }>>(
      triedSql(channelIds) + lock,
      [topic, ...channelIds],
    );
    return tried.map(({ seq, sendingUntil }) => ({
      seq: Number(seq),
      sendingUntil: sendingUntil === null ? null : Number(sendingUntil),
    }));
  }

  /** Cancels deliveries, because there is something newer. */
  async cancel({ manager }: Transaction, seqs: readonly number[]): Promise<void> {
    if (seqs.length > 0) await manager.query(cancelSql(seqs), [SUPERSEDED, ...seqs]);
  }

  /** Cancels those of `seqs` that failed, and would be tried again, although there is something newer by now. */
  async cancelSuperseded(tx: Transaction, seqs: readonly number[]): Promise<void> {
    const old = await tx.manager.query<Array<{ seq: RawNumber }>>(findSupersededSql(seqs), [...seqs]);
    await this.cancel(
      tx,
      old.map(({ seq }) => Number(seq)),
    );
  }

  /** Those of the channels that the last message of a topic did not reach, and will not, or told something else. */
  async findChannelsThatMissed(
    { manager }: Transaction,
    { topic, incidentId, type }: Subject,
    channelIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const values = [topic, ...channelIds, incidentId, type];
    const missed = await manager.query<Array<{ channelId: string }>>(findMissedSql(channelIds), values);
    return new Set(missed.map(({ channelId }) => channelId));
  }

  /** The all-clears of a type that a channel missed, and of whose topic it was sent nothing since. */
  async findMissedResolutions(
    { manager }: Transaction,
    channelId: string,
    type: ResolvedType,
  ): Promise<MissedResolution[]> {
    const missed = await manager.query<Array<{ seq: RawNumber; incidentId: string | null }>>(
      FIND_MISSED_RESOLUTIONS,
      [channelId, type],
    );
    return missed.map(({ seq, incidentId }) => ({ seq: Number(seq), incidentId }));
  }

  /** Has a message that ended sent again, with all its attempts. */
  async resend({ manager }: Transaction, seq: number, now: number): Promise<void> {
    await manager.query(RESEND, [now, seq]);
  }

  /** Whether there is a newer message of the same topic to the same channel, whatever became of it. */
  async hasNewer({ manager }: Transaction, seq: number): Promise<boolean> {
    return (await manager.query<unknown[]>(FIND_NEWER, [seq])).length > 0;
  }
}
