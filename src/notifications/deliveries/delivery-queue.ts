import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { dialect } from '../../config/dialect.js';
import { SqlReader } from '../../database/sql-reader.js';
import { Transactions } from '../../database/transactions.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import type { Delivery } from './delivery.entity.js';
import type { NotificationChannel } from '../channels/channel.entity.js';
import { recordAttempt, sqlList } from './delivery-rows.js';
import { IS_SUPERSEDED, SUPERSEDED } from './topics.js';
import type { Transaction } from '../../database/transactions.js';

/** How long a claim lasts: after that, whoever holds it is taken for gone. */
export const LEASE_MS = 60_000;

/** How many rows are looked at at once: a channel that is behind has thousands. */
const PAGE = 50;

/** A delivery as it is sent. */
export type DueDelivery = Pick<
  Delivery,
  'seq' | 'teamId' | 'channelId' | 'incidentId' | 'type' | 'webhookId' | 'payload' | 'attempts'
>;

interface DueRow extends DueDelivery {
  readonly isOld: number | string;
}
export type ChannelTarget = Pick<
  NotificationChannel,
  'id' | 'teamId' | 'type' | 'name' | 'config' | 'confirmedAt'
>;

/** A delivery that this process is to send, before the lease ends. */
export interface ClaimedDelivery {
  readonly delivery: DueDelivery;
  readonly channel: ChannelTarget;
}

/** How much can be claimed: of all channels together, and of each. */
export interface Capacity {
  readonly total: number;
  of(channelId: string): number;
  /** The channels that have none. */
  readonly full: readonly string[];
}

const IS_DUE =
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

const ACTIVE =
  'SELECT id, teamId, type, name, config, confirmedAt FROM notification_channels WHERE active AND id IN ';

/**
 * Hands out what is due, each delivery to one process at a time. A claim moves `nextAttemptAt` behind its
 * lease, so that a delivery whose process died is due again by itself, and counts the attempt, so that the
 * number of attempts tells one claim from the next.
 */
@Injectable()
export class DeliveryQueue {
  constructor(
    private readonly transactions: Transactions,
    private readonly reads: SqlReader,
    private readonly clock: Clock,
  ) {}

  /** Claims as many due deliveries as there is room for. */
  async claim(type: ChannelType, room: Capacity): Promise<ClaimedDelivery[]> {
    if (room.total <= 0) return [];
    const now = this.clock.now().getTime();
    if ((await this.reads.query(IS_DUE, [type, now])).length === 0) return [];
    return this.transactions.run(async (tx) => {
      const claimed: ClaimedDelivery[] = [];
      const full = [...room.full];
      for (;;) {
        const limit = Math.min(room.total - claimed.length, PAGE);
        const rows = await tx.manager.query<DueRow[]>(dueSql(full, limit), [type, now, ...full]);
        const sendable = await withChannels(tx, rows);
        const fitting = sendable.filter(fitsIn(room, claimed, full));
        await claimAll(tx, fitting, now + LEASE_MS);
        claimed.push(...fitting);
        if (rows.length < limit || claimed.length >= room.total) return claimed.map(counted);
      }
    });
  }
}

/** Lets through what a channel has room for, beside what is claimed already. Notes in `full` the channels that have none. */
function fitsIn(room: Capacity, claimed: readonly ClaimedDelivery[], full: string[]) {
  const taken = new Map<string, number>();
  for (const { channel } of claimed) taken.set(channel.id, (taken.get(channel.id) ?? 0) + 1);
  return ({ channel: { id } }: ClaimedDelivery): boolean => {
    const left = room.of(id) - (taken.get(id) ?? 0);
    if (left > 0) taken.set(id, (taken.get(id) ?? 0) + 1);
    if (left <= 1 && !full.includes(id)) full.push(id);
    return left > 0;
  };
}

/** MySQL gives 64-bit numbers as text where they are large. */
const asDue = (row: DueRow): DueDelivery => ({ ...row, seq: Number(row.seq) });

/** Each delivery with its channel. What is not to be sent any more is cancelled, and left out. */
async function withChannels(tx: Transaction, rows: readonly DueRow[]): Promise<ClaimedDelivery[]> {
  const channels = await channelsOf(tx, rows);
  const sendable: ClaimedDelivery[] = [];
  for (const row of rows) {
    const delivery = asDue(row);
    const channel = channels.get(row.channelId);
    const reason = cancellationReason(channel, row);
    if (channel && reason === null) sendable.push({ delivery, channel });
    else await cancel(tx, delivery, reason!);
  }
  return sendable;
}

function cancellationReason(channel: ChannelTarget | undefined, { type, isOld }: DueRow): string | null {
  if (!channel) return 'The channel is inactive or was deleted.';
  const isQuestion = type === 'channel.confirmation';
  if (channel.confirmedAt === null && !isQuestion) return 'The address is not confirmed.';
  if (channel.confirmedAt !== null && isQuestion) return 'The address is confirmed already.';
  // It was being sent when the newer one was recorded, by a process that died.
  if (Number(isOld) !== 0) return SUPERSEDED;
  return null;
}

async function channelsOf(
  { manager }: Transaction,
  due: readonly DueDelivery[],
): Promise<Map<string, ChannelTarget>> {
  const ids = [...new Set(due.map(({ channelId }) => channelId))];
  if (ids.length === 0) return new Map();
  const channels = await manager.query<ChannelTarget[]>(ACTIVE + sqlList(ids), ids);
  return new Map(channels.map((channel) => [channel.id, channel]));
}

const cancel = (tx: Transaction, { seq, attempts }: DueDelivery, lastError: string): Promise<void> =>
  recordAttempt(tx, [seq], attempts, {
    status: 'cancelled',
    nextAttemptAt: null,
    sendingUntil: null,
    lastError,
  });

async function claimAll(
  { manager }: Transaction,
  claimed: readonly ClaimedDelivery[],
  until: number,
): Promise<void> {
  if (claimed.length === 0) return;
  const seqs = claimed.map(({ delivery }) => delivery.seq);
  await manager.query(
    `UPDATE deliveries SET nextAttemptAt = ?, sendingUntil = ?, attempts = attempts + 1 WHERE seq IN ${sqlList(seqs)}`,
    [until, until, ...seqs],
  );
}

const counted = ({ delivery, channel }: ClaimedDelivery): ClaimedDelivery => ({
  delivery: { ...delivery, attempts: delivery.attempts + 1 },
  channel,
});
