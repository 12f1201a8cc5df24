import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { fieldChanges } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { ChangeFeed } from '../database/change-feed.js';
import { allOf } from '../database/condition.js';
import { findLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import { type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { whereMonitorIsReached } from '../monitors/monitors.repository.js';
import { DeliveryWorker } from '../notifications/deliveries/delivery-worker.js';
import { NotFound } from '../problems/common.problems.js';
import {
  IncidentDetailsDto,
  IncidentDto,
  type ListIncidentsDto,
  type ResolveIncidentDto,
  type UpdateIncidentDto,
} from './incident.dto.js';
import { Incident } from './lifecycle/incident.entity.js';
import { IncidentEvidence } from './lifecycle/incident-evidence.entity.js';
import { incidentListing, oneIncident } from './incident-listing.js';
import { IncidentResolver } from './lifecycle/incident-resolver.js';
import { IncidentOpener } from './lifecycle/incident-opener.js';
import { actorOf } from './lifecycle/timeline-entries.js';
import { IncidentAlreadyAcknowledged, IncidentAlreadyResolved } from './incidents.problems.js';

/** What callers read of incidents and do about them. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly reads: SqlReader,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly writes: IncidentOpener,
    private readonly endings: IncidentResolver,
    private readonly feed: ChangeFeed,
    private readonly deliveries: DeliveryWorker,
    private readonly clock: Clock,
  ) {}

  /** The incidents of the team that the caller reaches, newest first. */
  list(by: Principal, query: ListIncidentsDto): Promise<Page<IncidentDto>> {
    const now = this.clock.now();
    return this.pages.read(by, incidentListing(by, query), query, (incident) =>
      IncidentDto.from(incident, now),
    );
  }

  async get(by: Principal, id: string): Promise<IncidentDetailsDto> {
    const { where, values } = allOf(oneIncident(by, id));
    const incident = await this.reads.selectOne(Incident, where, values);
    if (!incident) throw notFound(id);
    const evidence = await this.reads.selectOne(IncidentEvidence, 't.incidentId = ?', [id]);
    return IncidentDetailsDto.of(incident, evidence?.checks ?? [], this.clock.now());
  }

  acknowledge(by: Principal, id: string): Promise<IncidentDetailsDto> {
    return this.audited.run(by, async (tx) => {
      const incident = await lockIncident(tx, id);
      expectMatch(by, await present(tx, incident));
      const { manager, at } = tx;
      const acknowledged = await this.writes.acknowledge({ manager }, incident, at.getTime(), actorOf(by));
      if (!acknowledged) throw refusalOf(incident);
      tx.record('incident.acknowledged', incidentTarget(incident), {
        changes: [{ field: 'status', from: 'open', to: 'acknowledged' }],
      });
      return present(tx, acknowledged);
    });
  }

  /** Ends an incident, and tells the channels that know of it: at once, or while it is flapping when it has been good for a cooldown. */
  async resolve(by: Principal, id: string, { rootCause }: ResolveIncidentDto): Promise<IncidentDetailsDto> {
    const resolved = await this.audited.run(by, async (tx) => {
      const { manager, at } = tx;
      const before = await lockIncident(tx, id);
      expectMatch(by, await present(tx, before));
      const incident = await this.endings.resolve({ manager }, before, {
        at: at.getTime(),
        reason: 'person',
        by: actorOf(by),
        check: null,
        ...(rootCause !== undefined && { rootCause }),
      });
      if (!incident) throw refusalOf(before);
      tx.record('incident.resolved', incidentTarget(incident), {
        changes: fieldChanges(before, incident, ['status', 'rootCause']),
      });
      const shown = await present(tx, incident);
      await this.feed.publish({ manager }, 'incident', [id]);
      return shown;
    });
    this.deliveries.wake();
    return resolved;
  }

  update(by: Principal, id: string, { rootCause }: UpdateIncidentDto): Promise<IncidentDetailsDto> {
    return this.audited.run(by, async (tx) => {
      const incident = await lockIncident(tx, id);
      expectMatch(by, await present(tx, incident));
      const edit = { ...(rootCause !== undefined && { rootCause }), updatedAt: tx.at.getTime() };
      await tx.manager.update(Incident, { id }, edit);
      const updated = { ...incident, ...edit };
      tx.record('incident.updated', incidentTarget(incident), {
        changes: fieldChanges(incident, updated, ['rootCause']),
      });
      return present(tx, updated);
    });
  }
}

export const incidentTarget = ({ id, title }: Incident): Target => ({
  type: 'incident',
  id,
  name: [...title].slice(0, 120).join(''),
});

/** An incident within the reach of the caller as they are now, held until the transaction ends. */
export async function lockIncident(
  { manager, by }: AuditedTransaction<Principal>,
  id: string,
): Promise<Incident> {
  const where = { id, teamId: by.teamId, ...whereMonitorIsReached(by) };
  const incident = await findLocked(manager, Incident, where);
  if (!incident) throw notFound(id);
  return incident;
}

export const notFound = (id: string) => new NotFound(`There is no incident ${id}.`);

/** An incident as it is within a transaction. */
async function present({ manager, at }: AuditedTransaction, incident: Incident): Promise<IncidentDetailsDto> {
  const evidence = await manager.findOneBy(IncidentEvidence, { incidentId: incident.id });
  return IncidentDetailsDto.of(incident, evidence?.checks ?? [], at);
}

/** Why an incident is not acknowledged, or not resolved. */
const refusalOf = ({ status, acknowledgedByName, resolvedByName, autoResolvedAt }: Incident) =>
  status === 'resolved'
    ? new IncidentAlreadyResolved(
        `${resolvedByName ?? (autoResolvedAt === null ? 'The system' : 'A check')} has resolved the incident.`,
      )
    : new IncidentAlreadyAcknowledged(`${acknowledgedByName} has acknowledged the incident.`);
