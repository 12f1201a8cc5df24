import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ActiveRules } from '../alert-rules/active-rules.js';
import { CheckWorker } from '../checks/worker/check-worker.js';
import { AssignedMonitors } from '../checks/worker/assigned-monitors.js';
import { CheckResultObservers } from '../checks/result/check-result-observers.js';
import { Clock } from '../common/clock.js';
import { ProcessRole } from '../config/process-role.js';
import { BlindEpisodes, type BlindTeam } from './blind-episodes.js';
import { BlindEpisodesRepository } from './blind-episodes.repository.js';

const EVERY_MS = 2_000;

interface Blind extends BlindTeam {
  since: number;
  readonly channelIds: Set<string>;
}

/**
 * Looks again and again which monitors this process cannot tell the status of, and has told whom their rules
 * tell of incidents. Nothing depends on a single look. Monitors in maintenance are nobody's alarm.
 */
@Injectable()
export class SightWatch implements OnApplicationBootstrap {
  private readonly logger = new Logger('Sight');

  constructor(
    private readonly role: ProcessRole,
    private readonly loop: CheckWorker,
    private readonly monitors: AssignedMonitors,
    private readonly rules: ActiveRules,
    private readonly observers: CheckResultObservers,
    private readonly stored: BlindEpisodesRepository,
    private readonly episodes: BlindEpisodes,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.role.isWorker) return;
    const work = () => this.turn(this.clock.now().getTime());
    this.loop.repeat({ name: 'Telling of what cannot be seen', every: EVERY_MS, work });
  }

  /** `now` is in epoch milliseconds. */
  async turn(now: number): Promise<void> {
    const open = await this.stored.findOpen();
    const byTeam = new Map(open.map((episode) => [episode.teamId, episode]));
    for (const team of this.blindTeams(now)) {
      const channels = byTeam.get(team.teamId)?.channels ?? {};
      const isTold = [...team.channelIds].every((id) => Object.hasOwn(channels, id));
      if (!isTold) await this.attempt(team.teamId, () => this.episodes.tell(team, now));
    }
    if (open.length === 0) return;
    for (const id of await this.stored.findUnsettled(now))
      await this.attempt(id, () => this.episodes.settle(id, now));
  }

  /** What fails for one keeps nobody else from being told. It is tried again with the next look. */
  private async attempt(id: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error(`Telling what cannot be seen failed (${id})`, (error as Error).stack);
    }
  }

  private blindTeams(now: number): Iterable<BlindTeam> {
    const teams = new Map<string, Blind>();
    for (const { state, monitor } of this.monitors.all) {
      const { id, teamId } = monitor;
      if (state.verdict !== 'unknown' || this.observers.isInMaintenance(id, now)) continue;
      const since = state.doubtedSince ?? state.since;
      const team = teams.get(teamId) ?? { teamId, since, channelIds: new Set<string>() };
      teams.set(teamId, team);
      team.since = Math.min(team.since, since);
      for (const { channelIds } of this.rules.of(id, teamId))
        for (const channelId of channelIds) team.channelIds.add(channelId);
    }
    return teams.values();
  }
}
