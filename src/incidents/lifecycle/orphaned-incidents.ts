import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { RuleEvents } from '../../alert-rules/rule-events.js';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import { ChangeFeed } from '../../database/change-feed.js';
import { MonitorEvents } from '../../monitors/monitor-events.js';
import { MonitorStatesRepository } from '../../monitors/monitor-states.repository.js';
import { IncidentsRepository } from '../incidents.repository.js';
import type { Incident } from './incident.entity.js';
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
    private readonly incidents: IncidentsRepository,
    private readonly resolver: IncidentResolver,
    private readonly feed: ChangeFeed,
  ) {}

  onModuleInit(): void {
    this.rules.onRemoved(async (tx, { id }) =>
      this.resolve(tx, await this.incidents.lockUnsettledOfRule(tx, id), 'rule-deleted'),
    );
    this.rules.onUpdated((tx, rule) => this.narrow(tx, rule));
    this.monitors.onRemoved(async (tx, _teamId, monitorId) => {
      // Waits for who stores a check of it, and maybe an incident.
      await this.states.lockOf(tx, monitorId);
      await this.resolve(tx, await this.incidents.lockUnsettledOfMonitor(tx, monitorId), 'monitor-deleted');
    });
  }

  /** A rule that is switched off is over nothing, and one that was narrowed not over all that it was. */
  private async narrow(
    tx: AuditedTransaction,
    { id, active, scope, monitorIds }: AlertRuleWithLinks,
  ): Promise<void> {
    if (!active) await this.resolve(tx, await this.incidents.lockUnsettledOfRule(tx, id), 'rule-inactive');
    else if (scope !== 'team')
      await this.resolve(
        tx,
        await this.incidents.lockUnsettledOutside(tx, id, monitorIds),
        'rule-out-of-scope',
      );
  }

  private async resolve(
    tx: AuditedTransaction,
    incidents: readonly Incident[],
    reason: ResolutionReason,
  ): Promise<void> {
    const { at } = tx;
    const ending = { at: at.getTime(), reason, by: null, check: null };
    for (const incident of incidents) await this.resolver.resolveOrphaned(tx, incident, ending);
    await this.feed.publish(
      tx,
      'incident',
      incidents.map(({ id }) => id),
    );
  }
}
