import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { holdRule } from '../../alert-rules/rule-lock.js';
import { Clock } from '../../common/clock.js';
import { isUniqueViolation } from '../../database/errors.js';
import { factsOf } from '../../monitors/monitor-facts.js';
import { Announcements, beginningOf } from './incident-notifier.js';
import { type FailingStep, type LatestIncident, whenFailing } from './transitions.js';
import { Incident, openingCheckOf } from './incident.entity.js';
import { IncidentEvidence } from './incident-evidence.entity.js';
import { changed, latestOf, lockLast } from './incident-rows.js';
import { causeText, goneOn, newIncident, type Occasion } from './incident-factory.js';
import { OncePerTransaction } from './transaction-cache.js';
import { addLine, type IncidentActor } from './timeline-entries.js';

/**
 * What becomes of incidents while something is wrong, each step in a transaction of who asks for it, together
 * with its line in the timeline and the messages to channels. The database decides: a step that does not fit
 * what it has is no step, so that two who ask at once make one.
 */
@Injectable()
export class IncidentWrites {
  private readonly heldRules = new OncePerTransaction<boolean>();

  constructor(
    private readonly announcements: Announcements,
    private readonly clock: Clock,
  ) {}

  /** Opens or reopens an incident, or tells of it, if that is due. Answers what is the last one of the two then. */
  async raise(manager: EntityManager, occasion: Occasion): Promise<LatestIncident | null> {
    const { rule, sight } = occasion;
    if (!(await this.heldRules.get(manager, rule.id, () => holdRule(manager, rule.id)))) return null;
    const last = await lockLast(manager, occasion);
    const latest = last && latestOf(last);
    const step = whenFailing(latest, { ...sight, now: this.clock.now().getTime() });
    if (step === 'open') return this.open(manager, occasion, last);
    return step === null ? latest : latestOf(await this.goOn(manager, occasion, last!, step));
  }

  /** Answers the incident as it is then; null where it was not open. */
  async acknowledge(
    manager: EntityManager,
    incident: Incident,
    at: number,
    by: IncidentActor,
  ): Promise<Incident | null> {
    const edit = {
      status: 'acknowledged' as const,
      acknowledgedAt: at,
      acknowledgedById: by.id,
      acknowledgedByName: by.name,
      updatedAt: at,
    };
    if (!(await changed(manager, incident.id, ['open'], edit))) return null;
    await addLine(manager, incident.id, at, { type: 'acknowledged' }, by);
    return { ...incident, ...edit };
  }

  /** Null where the monitor is gone. Where somebody else was first, theirs is the one there is. */
  private async open(
    manager: EntityManager,
    occasion: Occasion,
    last: Incident | null,
  ): Promise<LatestIncident | null> {
    const monitor = await factsOf(manager, occasion.monitor.id);
    if (!monitor) return null;
    const { sight, evidence } = occasion;
    const incident = newIncident(occasion, monitor, this.clock.now().getTime());
    try {
      await manager.insert(Incident, incident);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const theirs = await lockLast(manager, occasion);
      return theirs && latestOf(theirs);
    }
    // Whoever is owed that the one before is over is owed the end of this one.
    const owed = last?.toldChannelIds ?? [];
    if (last && !last.settled) await manager.update(Incident, { id: last.id }, settledByNext);
    await manager.insert(IncidentEvidence, { incidentId: incident.id, checks: [...evidence] });
    await addLine(manager, incident.id, sight.at, { type: 'opened', text: causeText(occasion) });
    const { channelIds } = occasion.rule;
    return latestOf(await this.announce(manager, occasion, incident, { channelIds, heardBy: owed }));
  }

  private async goOn(
    manager: EntityManager,
    occasion: Occasion,
    last: Incident,
    step: Exclude<FailingStep, 'open'>,
  ): Promise<Incident> {
    const { sight, rule } = occasion;
    const edit = goneOn(step, last, sight.at, this.clock.now().getTime());
    if (edit) await manager.update(Incident, { id: last.id }, edit);
    const incident = { ...last, ...edit };
    if (step === 'reopen' || step === 'reopen-silently') {
      const silence = step === 'reopen' ? null : silenceOf(last);
      await addLine(manager, last.id, sight.at, { type: 'reopened', text: causeText(occasion), silence });
    }
    if (step === 'falter') return incident;
    const heard =
      step === 'reopen' || step === 'tell' ? [] : await this.announcements.heardBy(manager, incident);
    const channelIds = rule.channelIds.filter((id) => !heard.includes(id));
    return this.announce(manager, occasion, incident, { channelIds, heardBy: last.toldChannelIds ?? [] });
  }

  /** Tells channels that an incident is open, beside those that take it for open. From then on all of them are owed that it is over. */
  private async announce(
    manager: EntityManager,
    { sight: { at, cooldownMs }, evidence }: Occasion,
    incident: Incident,
    { channelIds, heardBy }: { readonly channelIds: readonly string[]; readonly heardBy: readonly string[] },
  ): Promise<Incident> {
    const check = evidence.at(-1) ?? openingCheckOf(incident);
    const told = await this.announcements.tell(manager, beginningOf(incident), incident, {
      channelIds,
      at,
      check,
      cooldownMs,
    });
    const toldChannelIds = [...new Set([...heardBy, ...told])];
    if (!hasSame(toldChannelIds, incident.toldChannelIds ?? []))
      await manager.update(Incident, { id: incident.id }, { toldChannelIds });
    return { ...incident, toldChannelIds };
  }
}

const settledByNext = { lastWord: 'good' as const, settled: true, toldChannelIds: null };

const hasSame = (ids: readonly string[], others: readonly string[]): boolean =>
  ids.length === others.length && ids.every((id) => others.includes(id));

/** Why nobody needs to be told that it is reopened: they were not told that it was over. */
const silenceOf = ({ lastWord }: Incident) =>
  lastWord === 'unstable' ? ('flapping' as const) : ('maintenance' as const);
