import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IsNull, LessThan, Not } from 'typeorm';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { newId } from '../common/id.js';
import { Clock } from '../common/clock.js';
import { isUniqueViolation } from '../database/errors.js';
import { RetentionJobs } from '../database/retention-jobs.js';
import { findFirstLocked, findLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import { Transactions } from '../database/transactions.js';
import { sightOf } from '../monitors/monitor-facts.js';
import { ChannelEvents } from '../notifications/channels/channel-events.js';
import { DeliveryWorker } from '../notifications/deliveries/delivery-worker.js';
import { Outbox } from '../notifications/deliveries/outbox.js';
import { TeamChannels } from '../notifications/channels/team-channels.js';
import { TeamsRepository } from '../teams/teams.repository.js';
import { BlindEpisode } from './blind-episode.entity.js';
import { sightMessage } from './sight-message.js';
import type { Transaction } from '../database/transactions.js';

/** How long everything must be seen again before that is told. */
const SETTLE_MS = 10_000;

/** The same where the one before ended less than this ago: what comes and goes is told of three times in it at most. */
const FLAPPING_MS = 15 * 60_000;
const KEPT_MS = 90 * 86_400_000;

const IS_UNSEEN = "EXISTS (SELECT 1 FROM monitors m WHERE m.teamId = e.teamId AND m.status = 'unknown')";
const UNSETTLED = `
  SELECT e.id FROM blind_episodes e
   WHERE e.openKey IS NOT NULL AND
     CASE WHEN e.clearSince IS NULL THEN NOT ${IS_UNSEEN} ELSE ${IS_UNSEEN} OR e.clearSince + e.settleMs <= ? END`;

/** A team of which targets cannot be seen. Times are epoch milliseconds. */
export interface BlindTeam {
  readonly teamId: string;
  /** Since when checks tell nothing. */
  readonly since: number;
  /** Who is to be told. */
  readonly channelIds: ReadonlySet<string>;
}

/**
 * Has channels told, once each, that targets cannot be seen, and when they can again. Everything is in the
 * database, together with the messages: neither a restart nor another process repeats or loses one.
 */
@Injectable()
export class BlindEpisodes implements OnModuleInit {
  constructor(
    private readonly reads: SqlReader,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly deliveries: DeliveryWorker,
    private readonly channels: TeamChannels,
    private readonly channelEvents: ChannelEvents,
    private readonly teams: TeamsRepository,
    private readonly clock: Clock,
    private readonly retention: RetentionJobs,
  ) {}

  onModuleInit(): void {
    this.retention.add('Forgetting times without sight', () => this.purge());
    this.channelEvents.onReachable((tx, channel) => this.catchUp(tx, channel));
  }

  /** Those that last. */
  open(): Promise<BlindEpisode[]> {
    return this.reads.select(BlindEpisode, { where: 't.openKey IS NOT NULL', values: [] });
  }

  /** Those about which something is to be done: their team came to be seen, or not, or for long enough. */
  async unsettled(now: number): Promise<string[]> {
    const rows = await this.reads.query<{ id: string }>(UNSETTLED, [now]);
    return rows.map(({ id }) => id);
  }

  /** Tells those channels of a team that were not told yet. Nothing where its monitors can be seen by now. */
  async tell(team: BlindTeam, now: number): Promise<void> {
    await this.transactions.run(async (tx) => {
      const { teamId } = team;
      if (!(await tx.manager.existsBy(BlindEpisode, { openKey: teamId }))) await this.begin(tx, team, now);
      const episode = await findLocked(tx.manager, BlindEpisode, { openKey: teamId });
      if (!episode) return;
      const untold = [...team.channelIds].filter((id) => !Object.hasOwn(episode.channels, id));
      const told = await this.announce(tx, 'monitoring.blind', episode, untold, now);
      const channels = { ...episode.channels, ...Object.fromEntries(untold.map((id) => [id, told.has(id)])) };
      await tx.manager.update(BlindEpisode, { id: episode.id }, { channels });
    });
    this.deliveries.wake();
  }

  /** Ends an episode, and tells of it, once all monitors of its team have been seen for long enough. */
  async settle(id: string, now: number): Promise<void> {
    await this.transactions.run(async (tx) => {
      const episode = await findLocked(tx.manager, BlindEpisode, { id });
      if (!episode?.openKey) return;
      const { clearSince, settleMs, teamId } = episode;
      const isClear = (await sightOf(tx, teamId)).unknown === 0;
      const since = isClear ? Math.min(clearSince ?? now, now) : null;
      if (since !== clearSince) await tx.manager.update(BlindEpisode, { id }, { clearSince: since });
      if (since === null || now < since + settleMs) return;
      const ended = { openKey: null, endedAt: since };
      const owed = Object.keys(episode.channels).filter((channelId) => episode.channels[channelId]);
      const told = await this.announce(tx, 'monitoring.restored', { ...episode, ...ended }, owed, now);
      const untold = owed.filter((channelId) => !told.has(channelId));
      const left = await this.channels.owned(tx, teamId, untold);
      await tx.manager.update(BlindEpisode, { id }, { ...ended, channels: owing(left) });
    });
    this.deliveries.wake();
  }

  /** What a channel that can be reached again does not know: that the team is blind it hears with the next look. */
  private async catchUp(
    tx: AuditedTransaction,
    { id, teamId }: { readonly id: string; readonly teamId: string },
  ): Promise<void> {
    const { at } = tx;
    const missed = await this.outbox.missedResolutions(tx, id, 'monitoring.restored');
    const open = await findLocked(tx.manager, BlindEpisode, { openKey: teamId });
    if (open) {
      const { [id]: isTold, ...others } = open.channels;
      const channels = isTold || missed.length > 0 ? { ...others, [id]: true } : others;
      await tx.manager.update(BlindEpisode, { id: open.id }, { channels });
      return;
    }
    for (const each of missed) await this.outbox.resend(tx, each, at);
    const last = await lastOf(tx, teamId);
    if (!last?.channels[id]) return;
    await this.announce(tx, 'monitoring.restored', last, [id], at.getTime());
    const { [id]: _, ...channels } = last.channels;
    await tx.manager.update(BlindEpisode, { id: last.id }, { channels });
  }

  /** Another process may begin it at the same time: one of them does. */
  private async begin(tx: Transaction, { teamId, since }: BlindTeam, now: number): Promise<void> {
    if ((await sightOf(tx, teamId)).unknown === 0) return;
    const last = await lastOf(tx, teamId);
    const comesAndGoes = last !== null && last.endedAt! > now - FLAPPING_MS;
    const episode = {
      id: newId('bln'),
      teamId,
      openKey: teamId,
      startedAt: Math.min(since, now),
      clearSince: null,
      settleMs: comesAndGoes ? FLAPPING_MS : SETTLE_MS,
      endedAt: null,
      // Who is owed that the one before is over is owed the end of this one.
      channels: last?.channels ?? {},
    };
    try {
      await tx.manager.insert(BlindEpisode, episode);
      if (last) await tx.manager.update(BlindEpisode, { id: last.id }, { channels: {} });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }

  /** Answers which of the channels are told: those that are active. */
  private async announce(
    tx: Transaction,
    type: 'monitoring.blind' | 'monitoring.restored',
    episode: BlindEpisode,
    channelIds: readonly string[],
    now: number,
  ): Promise<ReadonlySet<string>> {
    if (channelIds.length === 0) return new Set();
    const { teamId } = episode;
    const team = { id: teamId, name: await this.teams.findNameIn(tx, teamId) };
    const payload = sightMessage(episode, await sightOf(tx, teamId), team);
    const at = new Date(now);
    const recorded = await this.outbox.enqueue(tx, {
      teamId,
      channelIds,
      incidentId: null,
      topic: `sight ${teamId}`,
      type,
      payload,
      at,
    });
    return new Set(recorded.map(({ channelId }) => channelId));
  }

  private async purge(): Promise<void> {
    const endedAt = LessThan(this.clock.now().getTime() - KEPT_MS);
    await this.transactions.run(({ manager }) => manager.delete(BlindEpisode, { endedAt }));
  }
}

/** The last episode of a team that is over, held until the transaction ends. */
const lastOf = ({ manager }: Transaction, teamId: string): Promise<BlindEpisode | null> =>
  findFirstLocked(manager, BlindEpisode, { teamId, endedAt: Not(IsNull()) }, { endedAt: 'DESC' });

const owing = (channelIds: Iterable<string>): Record<string, boolean> =>
  Object.fromEntries([...channelIds].map((id) => [id, true]));
