import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, In, Not } from 'typeorm';
import type { LinkedRule } from '../../alert-rules/linked-rule.js';
import { RuleEvents } from '../../alert-rules/rule-events.js';
import type { Change } from '../../audit/changes.js';
import { ChangeFeed } from '../../database/change-feed.js';
import { findAllLocked } from '../../database/locks.js';
import { MonitorEvents } from '../../monitors/monitor-events.js';
import { holdMonitor } from '../../monitors/monitor-facts.js';
import { Incident } from './incident.entity.js';
import { IncidentEndings } from './incident-resolver.js';
import type { ResolutionReason } from './timeline-entry.js';

/**
 * Ends incidents that nothing looks at any more, because their rule or monitor goes, and tells all who wait to
 * hear so: as the system, in the transaction of whoever has them go.
 */
@Injectable()
export class Withdrawals implements OnModuleInit {
  constructor(
    private readonly rules: RuleEvents,
    private readonly monitors: MonitorEvents,
    private readonly endings: IncidentEndings,
    private readonly feed: ChangeFeed,
  ) {}

  onModuleInit(): void {
    this.rules.onRemoved((change, { id }) => this.resolve(change, { ruleId: id }, 'rule-deleted'));
    this.rules.onUpdated((change, rule) => this.narrow(change, rule));
    this.monitors.onRemoved(async (change, _teamId, monitorId) => {
      // Waits for who stores a check of it, and maybe an incident.
      await holdMonitor(change.manager, monitorId);
      await this.resolve(change, { monitorId }, 'monitor-deleted');
    });
  }

  /** A rule that is switched off is over nothing, and one that was narrowed not over all that it was. */
  private narrow(change: Change, { id: ruleId, active, scope, monitorIds }: LinkedRule): Promise<void> {
    if (!active) return this.resolve(change, { ruleId }, 'rule-inactive');
    if (scope === 'team') return Promise.resolve();
    return this.resolve(change, { ruleId, monitorId: Not(In([...monitorIds])) }, 'rule-out-of-scope');
  }

  private async resolve(
    { manager, at }: Change,
    where: FindOptionsWhere<Incident>,
    reason: ResolutionReason,
  ): Promise<void> {
    const incidents = await findAllLocked(manager, Incident, { ...where, settled: false });
    const ending = { at: at.getTime(), reason, by: null, check: null };
    for (const incident of incidents) await this.endings.withdraw(manager, incident, ending);
    await this.feed.publish(
      manager,
      'incident',
      incidents.map(({ id }) => id),
    );
  }
}
