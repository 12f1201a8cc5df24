import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { fieldChanges } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { ChangeFeed } from '../database/change-feed.js';
import { type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { DeliveryWorker } from '../notifications/deliveries/delivery-worker.js';
import { NotFound } from '../problems/common.problems.js';
import {
  IncidentDetailsDto,
  IncidentDto,
  type ListIncidentsDto,
  type ResolveIncidentDto,
  type UpdateIncidentDto,
} from './incident.dto.js';
import type { Incident } from './lifecycle/incident.entity.js';
import { IncidentsRepository } from './incidents.repository.js';
import { IncidentResolver } from './lifecycle/incident-resolver.js';
import { IncidentOpener } from './lifecycle/incident-opener.js';
import { actorOf } from './lifecycle/timeline-entries.js';
import { IncidentAlreadyAcknowledged, IncidentAlreadyResolved } from './incidents.problems.js';

/** What callers read of incidents and do about them. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly incidents: IncidentsRepository,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly opener: IncidentOpener,
    private readonly resolver: IncidentResolver,
    private readonly feed: ChangeFeed,
    private readonly deliveries: DeliveryWorker,
    private readonly clock: Clock,
  ) {}

  /** The incidents of the team that the caller reaches, newest first. */
  list(by: Principal, query: ListIncidentsDto): Promise<Page<IncidentDto>> {
    const now = this.clock.now();
    return this.pages.read(by, this.incidents.listing(by, query), query, (incident) =>
      IncidentDto.from(incident, now),
    );
  }

  async get(by: Principal, id: string): Promise<IncidentDetailsDto> {
    const incident = await this.incidents.findReached(by, id);
    if (!incident) throw notFound(id);
    return IncidentDetailsDto.of(incident, await this.incidents.findEvidence(id), this.clock.now());
  }

  acknowledge(by: Principal, id: string): Promise<IncidentDetailsDto> {
    return this.audited.run(by, async (tx) => {
      const incident = await this.lock(tx, id);
      expectMatch(by, await this.present(tx, incident));
      const acknowledged = await this.opener.acknowledge(tx, incident, tx.at.getTime(), actorOf(by));
      if (!acknowledged) throw refusalOf(incident);
      tx.record('incident.acknowledged', incidentTarget(incident), {
        changes: [{ field: 'status', from: 'open', to: 'acknowledged' }],
      });
      return this.present(tx, acknowledged);
    });
  }

  /** Ends an incident, and tells the channels that know of it: at once, or while it is flapping when it has been good for a cooldown. */
  async resolve(by: Principal, id: string, { rootCause }: ResolveIncidentDto): Promise<IncidentDetailsDto> {
    const resolved = await this.audited.run(by, async (tx) => {
      const before = await this.lock(tx, id);
      expectMatch(by, await this.present(tx, before));
      const incident = await this.resolver.resolve(tx, before, {
        at: tx.at.getTime(),
        reason: 'person',
        by: actorOf(by),
        check: null,
        ...(rootCause !== undefined && { rootCause }),
      });
      if (!incident) throw refusalOf(before);
      tx.record('incident.resolved', incidentTarget(incident), {
        changes: fieldChanges(before, incident, ['status', 'rootCause']),
      });
      const shown = await this.present(tx, incident);
      await this.feed.publish(tx, 'incident', [id]);
      return shown;
    });
    this.deliveries.wake();
    return resolved;
  }

  update(by: Principal, id: string, { rootCause }: UpdateIncidentDto): Promise<IncidentDetailsDto> {
    return this.audited.run(by, async (tx) => {
      const incident = await this.lock(tx, id);
      expectMatch(by, await this.present(tx, incident));
      const edit = { ...(rootCause !== undefined && { rootCause }), updatedAt: tx.at.getTime() };
      await this.incidents.update(tx, { id }, edit);
      const updated = { ...incident, ...edit };
      tx.record('incident.updated', incidentTarget(incident), {
        changes: fieldChanges(incident, updated, ['rootCause']),
      });
      return this.present(tx, updated);
    });
  }

  /** An incident within the reach of the caller as they are now, held until the transaction ends. */
  async lock(tx: AuditedTransaction<Principal>, id: string): Promise<Incident> {
    const incident = await this.incidents.lockReached(tx, tx.by, id);
    if (!incident) throw notFound(id);
    return incident;
  }

  /** An incident as it is within a transaction. */
  private async present(tx: AuditedTransaction, incident: Incident): Promise<IncidentDetailsDto> {
    return IncidentDetailsDto.of(incident, await this.incidents.findEvidenceIn(tx, incident.id), tx.at);
  }
}

export const incidentTarget = ({ id, title }: Incident): Target => ({
  type: 'incident',
  id,
  name: [...title].slice(0, 120).join(''),
});

export const notFound = (id: string) => new NotFound(`There is no incident ${id}.`);

/** Why an incident is not acknowledged, or not resolved. */
const refusalOf = ({ status, acknowledgedByName, resolvedByName, autoResolvedAt }: Incident) =>
  status === 'resolved'
    ? new IncidentAlreadyResolved(
        `${resolvedByName ?? (autoResolvedAt === null ? 'The system' : 'A check')} has resolved the incident.`,
      )
    : new IncidentAlreadyAcknowledged(`${acknowledgedByName} has acknowledged the incident.`);
