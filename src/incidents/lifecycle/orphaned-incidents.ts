import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, In, Not } from 'typeorm';
import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { RuleEvents } from '../../alert-rules/rule-events.js';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import { ChangeFeed } from '../../database/change-feed.js';
import { findAllLocked } from '../../database/locks.js';
import { MonitorEvents } from '../../monitors/monitor-events.js';
import { MonitorStatesRepository } from '../../monitors/monitor-states.repository.js';
import { Incident } from './incident.entity.js';
import { IncidentResolver } from './incident-resolver.js';
import type { ResolutionReason } from './timeline-entry.js';

/**
 * Ends incidents that nothing looks at any more, because their rule or monitor goes, and tells all who wait to
 * hear so: as the system, in the transaction of whoever has them go.
 */
@Injectable()
export class OrphanedIncidents implements OnModuleInit {
  constructor(
    private readonly rules: RuleEvents,
    private readonly monitors: MonitorEvents,
    private readonly states: MonitorStatesRepository,
    private readonly endings: IncidentResolver,
    private readonly feed: ChangeFeed,
  ) {}

  onModuleInit(): void {
    this.rules.onRemoved((tx, { id }) => this.resolve(tx, { ruleId: id }, 'rule-deleted'));
    this.rules.onUpdated((change, rule) => this.narrow(change, rule));
    this.monitors.onRemoved(async (change, _teamId, monitorId) => {
      // Waits for who stores a check of it, and maybe an incident.
      await this.states.lockOf(change, monitorId);
      await this.resolve(change, { monitorId }, 'monitor-deleted');
    });
  }

  /** A rule that is switched off is over nothing, and one that was narrowed not over all that it was. */
  private narrow(
    tx: AuditedTransaction,
    { id: ruleId, active, scope, monitorIds }: AlertRuleWithLinks,
  ): Promise<void> {
    if (!active) return this.resolve(tx, { ruleId }, 'rule-inactive');
    if (scope === 'team') return Promise.resolve();
    return this.resolve(tx, { ruleId, monitorId: Not(In([...monitorIds])) }, 'rule-out-of-scope');
  }

  private async resolve(
    tx: AuditedTransaction,
    where: FindOptionsWhere<Incident>,
    reason: ResolutionReason,
  ): Promise<void> {
    const { at } = tx;
    const incidents = await findAllLocked(tx.manager, Incident, { ...where, settled: false });
    const ending = { at: at.getTime(), reason, by: null, check: null };
    for (const incident of incidents) await this.endings.resolveOrphaned(tx, incident, ending);
    await this.feed.publish(
      tx,
      'incident',
      incidents.map(({ id }) => id),
    );
  }
}
