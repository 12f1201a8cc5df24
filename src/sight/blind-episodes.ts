import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { newId } from '../common/id.js';
import { Clock } from '../common/clock.js';
import { isUniqueViolation } from '../database/errors.js';
import { RetentionJobs } from '../database/retention-jobs.js';
import { type Transaction, Transactions } from '../database/transactions.js';
import { MonitorsRepository } from '../monitors/monitors.repository.js';
import { ChannelEvents } from '../notifications/channels/channel-events.js';
import { DeliveryWorker } from '../notifications/deliveries/delivery-worker.js';
import { Outbox } from '../notifications/deliveries/outbox.js';
import { TeamChannels } from '../notifications/channels/team-channels.js';
import { TeamsRepository } from '../teams/teams.repository.js';
import type { BlindEpisode } from './blind-episode.entity.js';
import { BlindEpisodesRepository } from './blind-episodes.repository.js';
import { sightMessage } from './sight-message.js';

/** How long everything must be seen again before that is told. */
const SETTLE_MS = 10_000;

/** The same where the one before ended less than this ago: what comes and goes is told of three times in it at most. */
const FLAPPING_MS = 15 * 60_000;
const KEPT_MS = 90 * 86_400_000;

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
    private readonly episodes: BlindEpisodesRepository,
    private readonly transactions: Transactions,
    private readonly monitors: MonitorsRepository,
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

  /** Tells those channels of a team that were not told yet. Nothing where its monitors can be seen by now. */
  async tell(team: BlindTeam, now: number): Promise<void> {
    await this.transactions.run(async (tx) => {
      const { teamId } = team;
      if (!(await this.episodes.hasOpen(tx, teamId))) await this.begin(tx, team, now);
      const episode = await this.episodes.lockOpen(tx, teamId);
      if (!episode) return;
      const untold = [...team.channelIds].filter((id) => !Object.hasOwn(episode.channels, id));
      const told = await this.announce(tx, 'monitoring.blind', episode, untold, now);
      const channels = { ...episode.channels, ...Object.fromEntries(untold.map((id) => [id, told.has(id)])) };
      await this.episodes.update(tx, { id: episode.id }, { channels });
    });
    this.deliveries.wake();
  }

  /** Ends an episode, and tells of it, once all monitors of its team have been seen for long enough. */
  async settle(id: string, now: number): Promise<void> {
    await this.transactions.run(async (tx) => {
      const episode = await this.episodes.lock(tx, { id });
      if (!episode?.openKey) return;
      const { clearSince, settleMs, teamId } = episode;
      const isClear = (await this.monitors.sightOf(tx, teamId)).unknown === 0;
      const since = isClear ? Math.min(clearSince ?? now, now) : null;
      if (since !== clearSince) await this.episodes.update(tx, { id }, { clearSince: since });
      if (since === null || now < since + settleMs) return;
      const ended = { openKey: null, endedAt: since };
      const owed = Object.keys(episode.channels).filter((channelId) => episode.channels[channelId]);
      const told = await this.announce(tx, 'monitoring.restored', { ...episode, ...ended }, owed, now);
      const untold = owed.filter((channelId) => !told.has(channelId));
      const left = await this.channels.owned(tx, teamId, untold);
      await this.episodes.update(tx, { id }, { ...ended, channels: owing(left) });
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
    const open = await this.episodes.lockOpen(tx, teamId);
    if (open) {
      const { [id]: isTold, ...others } = open.channels;
      const channels = isTold || missed.length > 0 ? { ...others, [id]: true } : others;
      await this.episodes.update(tx, { id: open.id }, { channels });
      return;
    }
    for (const each of missed) await this.outbox.resend(tx, each, at);
    const last = await this.episodes.lockLastEnded(tx, teamId);
    if (!last?.channels[id]) return;
    await this.announce(tx, 'monitoring.restored', last, [id], at.getTime());
    const { [id]: _, ...channels } = last.channels;
    await this.episodes.update(tx, { id: last.id }, { channels });
  }

  /** Another process may begin it at the same time: one of them does. */
  private async begin(tx: Transaction, { teamId, since }: BlindTeam, now: number): Promise<void> {
    if ((await this.monitors.sightOf(tx, teamId)).unknown === 0) return;
    const last = await this.episodes.lockLastEnded(tx, teamId);
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
      await this.episodes.insert(tx, episode);
      if (last) await this.episodes.update(tx, { id: last.id }, { channels: {} });
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
    const payload = sightMessage(episode, await this.monitors.sightOf(tx, teamId), team);
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
    const limit = this.clock.now().getTime() - KEPT_MS;
    await this.transactions.run((tx) => this.episodes.deleteEndedBefore(tx, limit));
  }
}

const owing = (channelIds: Iterable<string>): Record<string, boolean> =>
  Object.fromEntries([...channelIds].map((id) => [id, true]));
