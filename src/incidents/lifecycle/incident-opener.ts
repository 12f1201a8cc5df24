import { Injectable } from '@nestjs/common';
import { AlertRulesRepository } from '../../alert-rules/alert-rules.repository.js';
import { Clock } from '../../common/clock.js';
import { isUniqueViolation } from '../../database/errors.js';
import { MonitorsRepository } from '../../monitors/monitors.repository.js';
import { IncidentsRepository } from '../incidents.repository.js';
import { IncidentNotifier, openingTypeOf } from './incident-notifier.js';
import { type FailingTransition, type LatestIncident, onFailing } from './transitions.js';
import { type Incident, latestOf, openingCheckOf } from './incident.entity.js';
import { causeText, continued, newIncident, type RuleTrigger } from './incident-factory.js';
import { TransactionCache } from './transaction-cache.js';
import { type IncidentActor, timelineEntryOf } from './timeline-entries.js';
import type { Transaction } from '../../database/transactions.js';

/**
 * What becomes of incidents while something is wrong, each step in a transaction of who asks for it, together
 * with its line in the timeline and the messages to channels. The database decides: a step that does not fit
 * what it has is no step, so that two who ask at once make one.
 */
@Injectable()
export class IncidentOpener {
  private readonly heldRules = new TransactionCache<boolean>();

  constructor(
    private readonly incidents: IncidentsRepository,
    private readonly rules: AlertRulesRepository,
    private readonly monitors: MonitorsRepository,
    private readonly notifier: IncidentNotifier,
    private readonly clock: Clock,
  ) {}

  /** Opens or reopens an incident, or tells of it, if that is due. Answers what is the last one of the two then. */
  async openOrContinue(tx: Transaction, trigger: RuleTrigger): Promise<LatestIncident | null> {
    const { rule, input } = trigger;
    if (!(await this.heldRules.get(tx, rule.id, () => this.rules.lockActive(tx, rule.id)))) return null;
    const last = await this.incidents.lockLast(tx, trigger);
    const latest = last && latestOf(last);
    const step = onFailing(latest, { ...input, now: this.clock.now().getTime() });
    if (step === 'open') return this.open(tx, trigger, last);
    return step === null ? latest : latestOf(await this.continue(tx, trigger, last!, step));
  }

  /** Answers the incident as it is then; null where it was not open. */
  async acknowledge(
    tx: Transaction,
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
    if (!(await this.incidents.updateOneOf(tx, incident.id, ['open'], edit))) return null;
    await this.incidents.insertEvents(tx, [timelineEntryOf(incident.id, at, { type: 'acknowledged' }, by)]);
    return { ...incident, ...edit };
  }

  /** Null where the monitor is gone. Where somebody else was first, theirs is the one there is. */
  private async open(
    tx: Transaction,
    trigger: RuleTrigger,
    last: Incident | null,
  ): Promise<LatestIncident | null> {
    const monitor = await this.monitors.findFacts(tx, trigger.monitor.id);
    if (!monitor) return null;
    const { input, snapshots } = trigger;
    const incident = newIncident(trigger, monitor, this.clock.now().getTime());
    try {
      await this.incidents.insert(tx, incident);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const theirs = await this.incidents.lockLast(tx, trigger);
      return theirs && latestOf(theirs);
    }
    // Whoever is owed that the one before is over is owed the end of this one.
    const owed = last?.toldChannelIds ?? [];
    if (last && !last.settled) await this.incidents.update(tx, { id: last.id }, settledByNext);
    await this.incidents.insertEvidence(tx, incident.id, snapshots);
    const opening = { type: 'opened' as const, text: causeText(trigger) };
    await this.incidents.insertEvents(tx, [timelineEntryOf(incident.id, input.at, opening)]);
    const { channelIds } = trigger.rule;
    return latestOf(await this.announce(tx, trigger, incident, { channelIds, heardBy: owed }));
  }

  private async continue(
    tx: Transaction,
    trigger: RuleTrigger,
    last: Incident,
    step: Exclude<FailingTransition, 'open'>,
  ): Promise<Incident> {
    const { input, rule } = trigger;
    const edit = continued(step, last, input.at, this.clock.now().getTime());
    if (edit) await this.incidents.update(tx, { id: last.id }, edit);
    const incident = { ...last, ...edit };
    if (step === 'reopen' || step === 'reopen-silently') {
      const silence = step === 'reopen' ? null : silenceOf(last);
      const reopening = { type: 'reopened' as const, text: causeText(trigger), silence };
      await this.incidents.insertEvents(tx, [timelineEntryOf(last.id, input.at, reopening)]);
    }
    if (step === 'falter') return incident;
    const heard = step === 'reopen' || step === 'tell' ? [] : await this.notifier.heardBy(tx, incident);
    const channelIds = rule.channelIds.filter((id) => !heard.includes(id));
    return this.announce(tx, trigger, incident, { channelIds, heardBy: last.toldChannelIds ?? [] });
  }

  /** Tells channels that an incident is open, beside those that take it for open. From then on all of them are owed that it is over. */
  private async announce(
    tx: Transaction,
    { input: { at, cooldownMs }, snapshots }: RuleTrigger,
    incident: Incident,
    { channelIds, heardBy }: { readonly channelIds: readonly string[]; readonly heardBy: readonly string[] },
  ): Promise<Incident> {
    const check = snapshots.at(-1) ?? openingCheckOf(incident);
    const told = await this.notifier.notify(tx, openingTypeOf(incident), incident, {
      channelIds,
      at,
      check,
      cooldownMs,
    });
    const toldChannelIds = [...new Set([...heardBy, ...told])];
    if (!hasSame(toldChannelIds, incident.toldChannelIds ?? []))
      await this.incidents.update(tx, { id: incident.id }, { toldChannelIds });
    return { ...incident, toldChannelIds };
  }
}

const settledByNext = { lastWord: 'good' as const, settled: true, toldChannelIds: null };

const hasSame = (ids: readonly string[], others: readonly string[]): boolean =>
  ids.length === others.length && ids.every((id) => others.includes(id));

/** Why nobody needs to be told that it is reopened: they were not told that it was over. */
const silenceOf = ({ lastWord }: Incident) =>
  lastWord === 'unstable' ? ('flapping' as const) : ('maintenance' as const);
