import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { holdRule } from '../alert-rules/rule-lock.js';
import { Clock } from '../common/clock.js';
import { dialect } from '../config/dialect.js';
import { isUniqueViolation } from '../database/errors.js';
import { factsOf } from '../monitors/monitor-facts.js';
import { Announcements } from './announcements.js';
import type { EvidentCheck } from './evidence.js';
import { Incident, unresolved } from './incident.entity.js';
import { IncidentEvidence } from './incident-evidence.entity.js';
import { causeText, latestOf, newIncident, type Occasion, reopened } from './occasion.js';
import { OncePerTransaction } from './once-per-transaction.js';
import { type LatestIncident, type Raise, raiseOf } from './raise.js';
import type { ResolutionReason, Silence } from './timeline.js';
import { addLine, type IncidentActor } from './timeline-lines.js';

/** How an incident ends. */
export interface Ending {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly reason: ResolutionReason;
  /** Null for the system. */
  readonly by: IncidentActor | null;
  /** The check that showed it to be over; null where none did. */
  readonly check: EvidentCheck | null;
  /** Why channels are not told; null where they are. */
  readonly silence: Silence | null;
  /** Left out, what is known of it stays. */
  readonly rootCause?: string | null;
}

const lock = dialect === 'mysql' ? { lock: { mode: 'pessimistic_write' as const } } : {};

/**
 * What becomes of incidents, each step in a transaction of who asks for it, together with its line in the
 * timeline and the messages to channels. The database decides: a step that does not fit what it has is no
 * step, so that two who ask at once make one.
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
    const { rule, monitor, since, at } = occasion;
    if (!(await this.heldRules.get(manager, rule.id, () => holdRule(manager, rule.id)))) return null;
    const last = await lockLast(manager, occasion);
    const latest = last && latestOf(last);
    const raise = raiseOf(latest, { since, at, cooldownMs: rule.cooldownSeconds * 1000 });
    if (raise === 'open') return this.open(manager, occasion, monitor.id);
    return raise === null ? latest : latestOf(await this.goOn(manager, occasion, last!, raise));
  }

  /** Resolves the incident of a rule and a monitor, if there is one. Answers what is the last one of the two then. */
  async recover(
    manager: EntityManager,
    ruleId: string,
    monitorId: string,
    ending: Ending,
  ): Promise<LatestIncident | null> {
    const last = await lockLast(manager, { rule: { id: ruleId }, monitor: { id: monitorId } });
    return last && latestOf((await this.resolve(manager, last, ending)) ?? last);
  }

  /** Resolves an incident that the transaction holds. Answers it as it is then; null where it was resolved already. */
  async resolve(manager: EntityManager, incident: Incident, ending: Ending): Promise<Incident | null> {
    const { at, by, reason, rootCause, check } = ending;
    const silence = incident.toldChannelIds === null ? 'cooldown' : ending.silence;
    const edit = {
      status: 'resolved' as const,
      openKey: null,
      resolvedAt: at,
      resolvedById: by?.id ?? null,
      resolvedByName: by?.name ?? null,
      autoResolvedAt: reason === 'recovered' ? at : null,
      updatedAt: this.clock.now().getTime(),
      ...(silence === null && { toldChannelIds: null }),
      ...(rootCause !== undefined && { rootCause }),
    };
    if (!(await changed(manager, incident.id, unresolved, edit))) return null;
    await addLine(manager, incident.id, at, { type: 'resolved', reason, silence }, by);
    const resolved = { ...incident, ...edit };
    const channelIds = silence === null ? incident.toldChannelIds! : [];
    await this.announcements.tell(manager, 'incident.resolved', resolved, { channelIds, at, check });
    return resolved;
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
    monitorId: string,
  ): Promise<LatestIncident | null> {
    const monitor = await factsOf(manager, monitorId);
    if (!monitor) return null;
    const { at, evidence } = occasion;
    const incident = newIncident(occasion, monitor, this.clock.now().getTime());
    try {
      await manager.insert(Incident, incident);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const last = await lockLast(manager, occasion);
      return last && latestOf(last);
    }
    await manager.insert(IncidentEvidence, { incidentId: incident.id, checks: [...evidence] });
    await addLine(manager, incident.id, at, { type: 'opened', text: causeText(occasion) });
    return latestOf(await this.announce(manager, occasion, incident));
  }

  private async goOn(
    manager: EntityManager,
    occasion: Occasion,
    last: Incident,
    raise: Exclude<Raise, 'open'>,
  ): Promise<Incident> {
    const { at, rule } = occasion;
    const isSilent = raise === 'reopen-silently';
    const edit = {
      ...(raise !== 'tell' && reopened(last, this.clock.now().getTime())),
      ...(!isSilent && { lastOpenedAt: at, toldChannelIds: [...rule.channelIds] }),
    };
    await manager.update(Incident, { id: last.id }, edit);
    if (raise !== 'tell') {
      const silence = isSilent ? ('cooldown' as const) : null;
      await addLine(manager, last.id, at, { type: 'reopened', text: causeText(occasion), silence });
    }
    const incident = { ...last, ...edit };
    return isSilent ? incident : this.announce(manager, occasion, incident);
  }

  /** Tells the channels of the rule that an incident is open, and notes it where not all of them are active. */
  private async announce(
    manager: EntityManager,
    { rule: { channelIds }, at, evidence }: Occasion,
    incident: Incident,
  ): Promise<Incident> {
    const check = evidence.at(-1) ?? null;
    const toldChannelIds = await this.announcements.tell(manager, 'incident.created', incident, {
      channelIds,
      at,
      check,
    });
    if (toldChannelIds.length < channelIds.length)
      await manager.update(Incident, { id: incident.id }, { toldChannelIds });
    return { ...incident, toldChannelIds };
  }
}

/**
 * The unresolved incident of a rule and a monitor, or else the last one there was. Nobody changes it until
 * the transaction ends.
 */
function lockLast(
  manager: EntityManager,
  { rule, monitor }: { readonly rule: { readonly id: string }; readonly monitor: { readonly id: string } },
): Promise<Incident | null> {
  const where = { ruleId: rule.id, monitorId: monitor.id };
  // In the order of the alphabet what is resolved comes last.
  return manager.findOne(Incident, { where, order: { status: 'ASC', lastOpenedAt: 'DESC' }, ...lock });
}

/** Changes an incident that has one of `statuses`. Answers whether it had. */
async function changed(
  manager: EntityManager,
  id: string,
  statuses: readonly Incident['status'][],
  edit: Partial<Incident>,
): Promise<boolean> {
  const { affected } = await manager.update(Incident, { id, status: In([...statuses]) }, edit);
  return affected === 1;
}
