import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type EntityManager, LessThan, MoreThan } from 'typeorm';
import { newId } from '../common/id.js';
import { Clock } from '../common/clock.js';
import { isUniqueViolation } from '../database/errors.js';
import { Housekeeping } from '../database/housekeeping.js';
import { findLocked } from '../database/locks.js';
import { Reads } from '../database/reads.js';
import { Transactions } from '../database/transactions.js';
import { sightOf } from '../monitors/monitor-facts.js';
import { DeliveryWorker } from '../notifications/delivery-worker.js';
import { Outbox } from '../notifications/outbox.js';
import { teamNameOf } from '../teams/team-name.js';
import { BlindEpisode } from './blind-episode.entity.js';
import { sightMessage } from './sight-message.js';

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
    private readonly reads: Reads,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly deliveries: DeliveryWorker,
    private readonly clock: Clock,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.add('Forgetting times without sight', () => this.purge());
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
    await this.transactions.run(async (manager) => {
      const { teamId } = team;
      if (!(await manager.existsBy(BlindEpisode, { openKey: teamId }))) await this.begin(manager, team, now);
      const episode = await findLocked(manager, BlindEpisode, { openKey: teamId });
      if (!episode) return;
      const untold = [...team.channelIds].filter((id) => !Object.hasOwn(episode.channels, id));
      const told = await this.announce(manager, 'monitoring.blind', episode, untold, now);
      const channels = { ...episode.channels, ...Object.fromEntries(untold.map((id) => [id, told.has(id)])) };
      await manager.update(BlindEpisode, { id: episode.id }, { channels });
    });
    this.deliveries.wake();
  }

  /** Ends an episode, and tells of it, once all monitors of its team have been seen for long enough. */
  async settle(id: string, now: number): Promise<void> {
    await this.transactions.run(async (manager) => {
      const episode = await findLocked(manager, BlindEpisode, { id });
      if (!episode?.openKey) return;
      const { clearSince, settleMs, teamId } = episode;
      const isClear = (await sightOf(manager, teamId)).unknown === 0;
      const since = isClear ? Math.min(clearSince ?? now, now) : null;
      if (since !== clearSince) await manager.update(BlindEpisode, { id }, { clearSince: since });
      if (since === null || now < since + settleMs) return;
      const ended = { openKey: null, endedAt: since };
      await manager.update(BlindEpisode, { id }, ended);
      const told = Object.keys(episode.channels).filter((channelId) => episode.channels[channelId]);
      await this.announce(manager, 'monitoring.restored', { ...episode, ...ended }, told, now);
    });
    this.deliveries.wake();
  }

  /** Another process may begin it at the same time: one of them does. */
  private async begin(manager: EntityManager, { teamId, since }: BlindTeam, now: number): Promise<void> {
    if ((await sightOf(manager, teamId)).unknown === 0) return;
    const comesAndGoes = await manager.existsBy(BlindEpisode, {
      teamId,
      endedAt: MoreThan(now - FLAPPING_MS),
    });
    const episode = {
      id: newId('bln'),
      teamId,
      openKey: teamId,
      startedAt: Math.min(since, now),
      clearSince: null,
      settleMs: comesAndGoes ? FLAPPING_MS : SETTLE_MS,
      endedAt: null,
      channels: {},
    };
    try {
      await manager.insert(BlindEpisode, episode);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }

  /** Answers which of the channels are told: those that are active. */
  private async announce(
    manager: EntityManager,
    type: 'monitoring.blind' | 'monitoring.restored',
    episode: BlindEpisode,
    channelIds: readonly string[],
    now: number,
  ): Promise<ReadonlySet<string>> {
    if (channelIds.length === 0) return new Set();
    const { teamId } = episode;
    const team = { id: teamId, name: await teamNameOf(manager, teamId) };
    const payload = sightMessage(episode, await sightOf(manager, teamId), team);
    const at = new Date(now);
    const recorded = await this.outbox.enqueue(manager, {
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
    await this.transactions.run((manager) => manager.delete(BlindEpisode, { endedAt }));
  }
}
