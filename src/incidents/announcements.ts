import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../notifications/outbox.js';
import { TeamsService } from '../teams/teams.service.js';
import type { EvidentCheck } from './evidence.js';
import type { Incident } from './incident.entity.js';
import { messageOf } from './message-of.js';
import { OncePerTransaction } from './once-per-transaction.js';

/** Has channels told of incidents. */
@Injectable()
export class Announcements {
  private readonly teamNames = new OncePerTransaction<string>();

  constructor(
    private readonly outbox: Outbox,
    private readonly teams: TeamsService,
  ) {}

  /** Tells those of `channelIds` that are active, and answers which these are. `check` is what shows it; null for none. */
  async tell(
    manager: EntityManager,
    type: 'incident.created' | 'incident.resolved',
    incident: Incident,
    { channelIds, at, check }: { channelIds: readonly string[]; at: number; check: EvidentCheck | null },
  ): Promise<string[]> {
    if (channelIds.length === 0) return [];
    const { id: incidentId, teamId } = incident;
    const team = await this.teamNames.get(manager, teamId, () => this.teams.nameOf(manager, teamId));
    const deliveries = await this.outbox.enqueue(manager, {
      teamId,
      channelIds,
      incidentId,
      type,
      payload: messageOf(incident, check, team),
      at: new Date(at),
    });
    return deliveries.map(({ channelId }) => channelId);
  }
}
