import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ActorContext, systemActor } from '../auth/principal.js';
import type { Plan } from '../auth/plan.js';
import type { AuditAction } from '../audit/audit-action.js';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import type { FieldChange } from '../audit/field-changes.js';
import { ChangeFeed } from '../database/change-feed.js';
import { planLimits } from '../plans/plan-limits.js';
import { TeamEvents } from '../plans/team-events.js';
import { ProjectContents } from '../projects/project-contents.js';
import { pausedStatus } from './monitor-status.js';
import type { Monitor } from './monitor.entity.js';
import { MonitorStatesRepository } from './monitor-states.repository.js';
import { type EditedMonitor, MonitorsRepository } from './monitors.repository.js';

/** How many rows one statement changes. */
const BATCH = 500;

/** Edits monitors that nobody asked to edit: because the plan of their team changed, or their project goes. */
@Injectable()
export class PlanEnforcement implements OnModuleInit {
  constructor(
    private readonly monitors: MonitorsRepository,
    private readonly states: MonitorStatesRepository,
    private readonly teamEvents: TeamEvents,
    private readonly projectContents: ProjectContents,
    private readonly feed: ChangeFeed,
  ) {}

  onModuleInit(): void {
    this.teamEvents.onPlanChanged(async (tx, teamId, plan) => {
      await this.pauseSurplus(tx, teamId, plan);
      await this.slowDown(tx, teamId, plan);
    });
    this.projectContents.register({
      count: (tx, projectId) => this.monitors.countInProject(tx, projectId),
      move: (change, from, to) => this.move(change, from, to),
    });
  }

  /** Pauses what is beyond the number of monitors that the plan includes, newest first. */
  private async pauseSurplus(tx: AuditedTransaction, teamId: string, plan: Plan): Promise<void> {
    const active = await this.monitors.findActive(tx, teamId);
    const surplus = active.slice(planLimits[plan].monitors).toReversed();
    await this.edit(tx, surplus, pausedStatus);
    tell(tx, 'monitor.paused', surplus, systemActor(teamId), () => ({
      field: 'active',
      from: true,
      to: false,
    }));
  }

  /** Raises intervals to the smallest that the plan includes. No timeout comes to be above its interval by that. */
  private async slowDown(tx: AuditedTransaction, teamId: string, plan: Plan): Promise<void> {
    const least = planLimits[plan].intervals[0]!;
    const faster = await this.monitors.findFasterThan(tx, teamId, least);
    await this.edit(tx, faster, { intervalSeconds: least });
    tell(tx, 'monitor.updated', faster, systemActor(teamId), ({ intervalSeconds }) => ({
      field: 'intervalSeconds',
      from: intervalSeconds,
      to: least,
    }));
  }

  private async move(tx: AuditedTransaction, from: string, to: string): Promise<void> {
    const moved = await this.monitors.findInProject(tx, from);
    await this.edit(tx, moved, { projectId: to });
    tell(tx, 'monitor.updated', moved, tx.by, () => ({ field: 'projectId', from, to }));
  }

  private async edit(
    tx: AuditedTransaction,
    monitors: readonly EditedMonitor[],
    edit: Partial<Pick<Monitor, 'active' | 'status' | 'intervalSeconds' | 'projectId'>>,
  ): Promise<void> {
    const { at } = tx;
    for (let i = 0; i < monitors.length; i += BATCH) {
      const ids = monitors.slice(i, i + BATCH).map(({ id }) => id);
      await this.monitors.updateAll(tx, ids, { ...edit, updatedAt: at });
      if (edit.active === false) await this.states.endObservations(tx, ids, at);
    }
    await this.feed.publish(
      tx,
      'monitor',
      monitors.map(({ id }) => id),
    );
  }
}

function tell(
  tx: AuditedTransaction,
  action: AuditAction,
  monitors: readonly EditedMonitor[],
  by: ActorContext,
  changeOf: (monitor: EditedMonitor) => FieldChange,
): void {
  for (const monitor of monitors) {
    const { id, name } = monitor;
    tx.record(action, { type: 'monitor', id, name }, { by, changes: [changeOf(monitor)] });
  }
}
