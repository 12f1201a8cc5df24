import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { TeamChannels } from '../../notifications/channels/team-channels.js';
import { IncidentsRepository, type PairIds } from '../incidents.repository.js';
import { IncidentNotifier } from './incident-notifier.js';
import { type LatestIncident, type TransitionInput, onRecovered } from './transitions.js';
import type { CheckSnapshot } from './check-snapshot.js';
import { type Incident, latestOf, unresolved } from './incident.entity.js';
import type { ResolutionReason, SuppressionReason } from './timeline-entry.js';
import { type IncidentActor, timelineEntryOf } from './timeline-entries.js';
import type { Transaction } from '../../database/transactions.js';

/** How an incident ends. */
export interface Resolution {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly reason: ResolutionReason;
  /** Null for the system. */
  readonly by: IncidentActor | null;
  /** The check that showed it to be over; null where none did. */
  readonly check: CheckSnapshot | null;
  /** Left out, what is known of it stays. */
  readonly rootCause?: string | null;
}

/** That a rule finds nothing wrong with a monitor any more. */
export interface Recovery extends PairIds {
  readonly input: TransitionInput;
  readonly check: CheckSnapshot | null;
}

/**
 * How incidents end, each step in a transaction of who asks for it, together with its line in the timeline
 * and the messages to the channels that take it for open. The database decides, as in `IncidentOpener`.
 */
@Injectable()
export class IncidentResolver {
  constructor(
    private readonly incidents: IncidentsRepository,
    private readonly notifier: IncidentNotifier,
    private readonly channels: TeamChannels,
    private readonly clock: Clock,
  ) {}

  /** Resolves the incident of a rule and a monitor, or tells that it is over, if that is due. Answers what is the last one of the two then. */
  async recover(tx: Transaction, recovery: Recovery): Promise<LatestIncident | null> {
    const last = await this.incidents.lockLast(tx, recovery);
    if (!last) return null;
    const { input, check } = recovery;
    const { at } = input;
    const step = onRecovered(latestOf(last), { ...input, now: this.clock.now().getTime() });
    if (step === null) return latestOf(last);
    if (step === 'calm') return latestOf(await this.edit(tx, last, { goodSince: at }));
    if (step === 'tell-over') return latestOf(await this.notifyResolved(tx, last, { at, check }));
    const ending = { at, reason: 'recovered' as const, by: null, check };
    const silence = step === 'resolve' ? null : last.lastWord === 'good' ? 'cooldown' : 'maintenance';
    return latestOf((await this.end(tx, last, ending, silence)) ?? last);
  }

  /**
   * Resolves an incident that the transaction holds, for a person. One that is flapping is not told to be over:
   * that follows when it was good for a whole cooldown. Answers it as it is then; null where it was resolved already.
   */
  resolve(tx: Transaction, incident: Incident, ending: Resolution): Promise<Incident | null> {
    return this.end(tx, incident, ending, incident.lastWord === 'unstable' ? 'flapping' : null);
  }

  /** Ends an incident that nothing looks at any more, and tells all who take it for open: they would wait for ever. */
  async resolveOrphaned(tx: Transaction, incident: Incident, ending: Resolution): Promise<void> {
    if (incident.status === 'resolved') await this.notifyResolved(tx, incident, ending);
    else await this.end(tx, incident, ending, null);
  }

  /** Tells those who are still owed that an incident is over that the transaction holds, whether anything looks at it or not. */
  async notifyOwed(tx: Transaction, incident: Incident, at: number): Promise<void> {
    await this.notifyResolved(tx, incident, { at, check: null });
  }

  private async end(
    tx: Transaction,
    incident: Incident,
    ending: Resolution,
    silence: SuppressionReason | null,
  ): Promise<Incident | null> {
    const { at, by, reason, rootCause } = ending;
    const edit = {
      status: 'resolved' as const,
      openKey: null,
      resolvedAt: at,
      resolvedById: by?.id ?? null,
      resolvedByName: by?.name ?? null,
      resolution: reason,
      autoResolvedAt: reason === 'recovered' ? at : null,
      goodSince: reason === 'recovered' ? incident.goodSince : null,
      settled: incident.lastWord === 'good',
      updatedAt: this.clock.now().getTime(),
      ...(rootCause !== undefined && { rootCause }),
    };
    if (!(await this.incidents.updateOneOf(tx, incident.id, unresolved, edit))) return null;
    const line = timelineEntryOf(incident.id, at, { type: 'resolved', reason, silence }, by);
    await this.incidents.insertEvents(tx, [line]);
    const resolved = { ...incident, ...edit };
    return silence === null ? this.notifyResolved(tx, resolved, ending) : resolved;
  }

  /** Tells the channels that take it for open that it is over. Those that are inactive are told when they are active again. */
  private async notifyResolved(
    tx: Transaction,
    incident: Incident,
    { at, check }: Pick<Resolution, 'at' | 'check'>,
  ): Promise<Incident> {
    const owed = incident.toldChannelIds ?? [];
    const to = { channelIds: owed, at, check, cooldownMs: null };
    const told = await this.notifier.notify(tx, 'incident.resolved', incident, to);
    const untold = owed.filter((id) => !told.includes(id));
    const there = await this.channels.owned(tx, incident.teamId, untold);
    const left = untold.filter((id) => there.has(id));
    return this.edit(tx, incident, {
      lastWord: 'good',
      lastToldAt: incident.lastWord === 'good' ? incident.lastToldAt : at,
      toldChannelIds: left.length > 0 ? left : null,
      settled: left.length === 0,
    });
  }

  private async edit(tx: Transaction, incident: Incident, edit: Partial<Incident>): Promise<Incident> {
    const edited = { ...edit, updatedAt: this.clock.now().getTime() };
    await this.incidents.update(tx, { id: incident.id }, edited);
    return { ...incident, ...edited };
  }
}
