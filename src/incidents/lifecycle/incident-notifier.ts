import { Injectable } from '@nestjs/common';
import { Outbox } from '../../notifications/deliveries/outbox.js';
import { TeamsRepository } from '../../teams/teams.repository.js';
import { type CheckSummary, type Incident, isFlapping, openKeyOf } from './incident.entity.js';
import { incidentMessageOf } from './incident-message.js';
import { TransactionCache } from './transaction-cache.js';
import type { Transaction } from '../../database/transactions.js';

/** Whom to tell of an incident, and what with. */
export interface Notification {
  readonly channelIds: readonly string[];
  /** When it happened. Epoch milliseconds. */
  readonly at: number;
  /** What shows it; null for none. */
  readonly check: CheckSummary | null;
  /** How long it has to be good before one that is flapping is over; null where it is over. */
  readonly cooldownMs: number | null;
}

/** What tells that an incident is open: whether it is flapping. */
export const openingTypeOf = (incident: Incident): 'incident.created' | 'incident.reopened' =>
  isFlapping(incident) ? 'incident.reopened' : 'incident.created';

/** Has channels told of incidents. */
@Injectable()
export class IncidentNotifier {
  private readonly teamNames = new TransactionCache<string>();

  constructor(
    private readonly outbox: Outbox,
    private readonly teams: TeamsRepository,
  ) {}

  /** Tells those of the channels that are active, and answers which these are. */
  async notify(
    tx: Transaction,
    type: 'incident.created' | 'incident.reopened' | 'incident.resolved',
    incident: Incident,
    { channelIds, at, check, cooldownMs }: Notification,
  ): Promise<string[]> {
    if (channelIds.length === 0) return [];
    const { id: incidentId, teamId, ruleId, monitorId } = incident;
    const team = await this.teamNames.get(tx, teamId, () => this.teams.findNameIn(tx, teamId));
    const deliveries = await this.outbox.enqueue(tx, {
      teamId,
      channelIds,
      incidentId,
      topic: openKeyOf(ruleId, monitorId),
      type,
      payload: incidentMessageOf(incident, check, { teamName: team, cooldownMs }),
      at: new Date(at),
    });
    return deliveries.map(({ channelId }) => channelId);
  }

  /** The channels that took in, or are about to, what was last told of an incident that is open. One that it follows does not count. */
  async heardBy(tx: Transaction, incident: Incident): Promise<string[]> {
    const { id, toldChannelIds, ruleId, monitorId } = incident;
    if (!toldChannelIds || toldChannelIds.length === 0) return [];
    const topic = openKeyOf(ruleId, monitorId);
    const subject = { topic, incidentId: id, type: openingTypeOf(incident) };
    const missed = await this.outbox.missed(tx, subject, toldChannelIds);
    return toldChannelIds.filter((channelId) => !missed.has(channelId));
  }
}
