import { Injectable } from '@nestjs/common';
import type { Initiator } from '../auth/principal.js';
import type { Plan } from '../auth/plan.js';
import type { Change } from '../audit/changes.js';

/** `by` is who founds the team, as its events name them; `ownerId` whose it is. */
type OnTeamCreated = (change: Change, teamId: string, by: Initiator, ownerId: string) => Promise<void>;
type OnPlanChanged = (change: Change, teamId: string, plan: Plan) => Promise<void>;

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

  async announceCreated(change: Change, teamId: string, by: Initiator, ownerId: string): Promise<void> {
    for (const listener of this.created) await listener(change, teamId, by, ownerId);
  }

  async announcePlanChanged(change: Change, teamId: string, plan: Plan): Promise<void> {
    for (const listener of this.planChanged) await listener(change, teamId, plan);
  }
}
