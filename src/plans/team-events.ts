import { Injectable } from '@nestjs/common';
import type { ActorContext } from '../auth/principal.js';
import type { Plan } from '../auth/plan.js';
import type { AuditedTransaction } from '../audit/audited-transactions.js';

/** `by` is who founds the team, as its events name them; `ownerId` whose it is. */
type OnTeamCreated = (
  tx: AuditedTransaction,
  teamId: string,
  by: ActorContext,
  ownerId: string,
) => Promise<void>;
type OnPlanChanged = (tx: AuditedTransaction, teamId: string, plan: Plan) => Promise<void>;

/** What features above do when a team begins or changes its plan, in the same transaction. They register at module init. */
@Injectable()
export class TeamEvents {
  private readonly created: OnTeamCreated[] = [];
  private readonly planChanged: OnPlanChanged[] = [];

  onCreated(listener: OnTeamCreated): void {
    this.created.push(listener);
  }

  onPlanChanged(listener: OnPlanChanged): void {
    this.planChanged.push(listener);
  }

  async announceCreated(
    tx: AuditedTransaction,
    teamId: string,
    by: ActorContext,
    ownerId: string,
  ): Promise<void> {
    for (const listener of this.created) await listener(tx, teamId, by, ownerId);
  }

  async announcePlanChanged(tx: AuditedTransaction, teamId: string, plan: Plan): Promise<void> {
    for (const listener of this.planChanged) await listener(tx, teamId, plan);
  }
}
