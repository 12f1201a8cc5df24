import { dialect } from '../../config/dialect.js';
import { sqlList } from './delivery-rows.js';
import type { IncidentMessageType } from '../senders/message.js';
import type { Transaction } from '../../database/transactions.js';

/** Why a message is not sent any more of whose topic there is a newer one. */
export const SUPERSEDED = 'A newer message took its place.';

const lock = dialect === 'mysql' ? ' FOR UPDATE' : '';

/** Whether there is a newer message than `d` of the same topic to the same channel. */
const HAS_NEWER =
  'EXISTS (SELECT 1 FROM deliveries n WHERE n.topic = d.topic AND n.channelId = d.channelId AND n.seq > d.seq)';

/** Whether `d` is not tried again, because there is a newer one. What was never tried is still sent, before the newer one. */
export const IS_SUPERSEDED = `(d.attempts > 0 AND ${HAS_NEWER})`;

interface Waiting {
  readonly seq: number;
  readonly sendingUntil: number | string | null;
}

const cancel = ({ manager }: Transaction, seqs: readonly number[]): Promise<unknown> =>
  manager.query(
    `UPDATE deliveries SET status = 'cancelled', nextAttemptAt = NULL, sendingUntil = NULL, lastError = ?
      WHERE seq IN ${sqlList(seqs)}`,
    [SUPERSEDED, ...seqs],
  );

/** What was tried of a topic, and may be tried again. Its values: the topic, each of the channels. */
export const pendingSql = (channelIds: readonly string[]): string =>
  `SELECT seq, sendingUntil FROM deliveries
    WHERE topic = ? AND channelId IN ${sqlList(channelIds)} AND status = 'pending' AND attempts > 0`;

/**
 * Drops what waits to be tried again of a topic, to make room for something newer. What is just being sent cannot
 * be taken back: the newer message waits for it, and it is not tried again. That needs the lock on it.
 */
export async function supersede(
  tx: Transaction,
  topic: string,
  channelIds: readonly string[],
  now: number,
): Promise<void> {
  if (channelIds.length === 0) return;
  const pending = await tx.manager.query<Waiting[]>(pendingSql(channelIds) + lock, [topic, ...channelIds]);
  const waiting = pending.filter(({ sendingUntil }) => sendingUntil === null || Number(sendingUntil) <= now);
  if (waiting.length > 0)
    await cancel(
      tx,
      waiting.map(({ seq }) => Number(seq)),
    );
}

/** Drops those of `seqs` that failed, and would be tried again, although there is something newer by now. */
export async function dropSuperseded(tx: Transaction, seqs: readonly number[]): Promise<void> {
  const old = await tx.manager.query<Waiting[]>(
    `SELECT d.seq FROM deliveries d WHERE d.seq IN ${sqlList(seqs)} AND d.status = 'pending' AND ${IS_SUPERSEDED}`,
    [...seqs],
  );
  if (old.length > 0)
    await cancel(
      tx,
      old.map(({ seq }) => Number(seq)),
    );
}

/** Whether nobody will send `d` any more, and it did not arrive. */
const IS_LOST = "d.status IN ('cancelled', 'dead')";

/** What was last told of an incident that goes on. */
export interface Subject {
  /** What messages about it have in common with those about earlier ones. */
  readonly topic: string;
  readonly incidentId: string;
  readonly type: IncidentMessageType;
}

/** Those of the channels that the last message of a topic did not reach, and will not, or told something else. */
export async function channelsThatMissed(
  { manager }: Transaction,
  { topic, incidentId, type }: Subject,
  channelIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const missed = await manager.query<Array<{ channelId: string }>>(
    `SELECT d.channelId
       FROM (SELECT MAX(seq) AS seq FROM deliveries
              WHERE topic = ? AND channelId IN ${sqlList(channelIds)} GROUP BY channelId) last
       JOIN deliveries d ON d.seq = last.seq
      WHERE ${IS_LOST} OR d.incidentId <> ? OR d.type <> ?`,
    [topic, ...channelIds, incidentId, type],
  );
  return new Set(missed.map(({ channelId }) => channelId));
}

/** What tells that something is over. */
export type ResolvedType = 'incident.resolved' | 'monitoring.restored';

/** An all-clear that did not reach its channel, and will not. */
export interface MissedResolution {
  readonly seq: number;
  /** Null where it is about none. */
  readonly incidentId: string | null;
}

/** The all-clears of a type that a channel missed, and of whose topic it was sent nothing since. */
export const missedResolutions = (
  { manager }: Transaction,
  channelId: string,
  type: ResolvedType,
): Promise<MissedResolution[]> =>
  manager.query<MissedResolution[]>(
    `SELECT d.seq, d.incidentId FROM deliveries d
      WHERE d.channelId = ? AND d.topic IS NOT NULL AND d.type = ? AND ${IS_LOST} AND NOT ${HAS_NEWER}`,
    [channelId, type],
  );

/** Has a message that ended sent again, with all its attempts. */
export const resend = ({ manager }: Transaction, seq: number, now: number): Promise<unknown> =>
  manager.query(
    "UPDATE deliveries SET status = 'pending', attempts = 0, nextAttemptAt = ?, deliveredAt = NULL WHERE seq = ?",
    [now, seq],
  );

/** Whether there is a newer message of the same topic to the same channel, whatever became of it. */
export const hasNewer = async (
  { manager }: Transaction,
  { seq }: { readonly seq: number },
): Promise<boolean> =>
  (await manager.query<unknown[]>(`SELECT 1 FROM deliveries d WHERE d.seq = ? AND ${HAS_NEWER}`, [seq]))
    .length > 0;
