import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type Change, Changes, type Target } from '../audit/changes.js';
import { fieldChanges } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { ChangeFeed } from '../database/change-feed.js';
import { allOf } from '../database/condition.js';
import { findLocked } from '../database/locks.js';
import { Reads } from '../database/reads.js';
import { type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { whereMonitorIsReached } from '../monitors/reached-monitors.js';
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
import { IncidentEndings } from './lifecycle/incident-resolver.js';
import { IncidentWrites } from './lifecycle/incident-opener.js';
import { actorOf } from './lifecycle/timeline-entries.js';
import { IncidentAlreadyAcknowledged, IncidentAlreadyResolved } from './incidents.problems.js';

/** What callers read of incidents and do about them. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly reads: Reads,
    private readonly pages: Pages,
    private readonly changes: Changes,
    private readonly writes: IncidentWrites,
    private readonly endings: IncidentEndings,
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
    return this.changes.run(by, async (change) => {
      const incident = await lockIncident(change, id);
      expectMatch(by, await present(change, incident));
      const { manager, at } = change;
      const acknowledged = await this.writes.acknowledge(manager, incident, at.getTime(), actorOf(by));
      if (!acknowledged) throw refusalOf(incident);
      change.record('incident.acknowledged', incidentTarget(incident), {
        changes: [{ field: 'status', from: 'open', to: 'acknowledged' }],
      });
      return present(change, acknowledged);
    });
  }

  /** Ends an incident, and tells the channels that know of it: at once, or while it is flapping when it has been good for a cooldown. */
  async resolve(by: Principal, id: string, { rootCause }: ResolveIncidentDto): Promise<IncidentDetailsDto> {
    const resolved = await this.changes.run(by, async (change) => {
      const { manager, at } = change;
      const before = await lockIncident(change, id);
      expectMatch(by, await present(change, before));
      const incident = await this.endings.resolve(manager, before, {
        at: at.getTime(),
        reason: 'person',
        by: actorOf(by),
        check: null,
        ...(rootCause !== undefined && { rootCause }),
      });
      if (!incident) throw refusalOf(before);
      change.record('incident.resolved', incidentTarget(incident), {
        changes: fieldChanges(before, incident, ['status', 'rootCause']),
      });
      const shown = await present(change, incident);
      await this.feed.publish(manager, 'incident', [id]);
      return shown;
    });
    this.deliveries.wake();
    return resolved;
  }

  update(by: Principal, id: string, { rootCause }: UpdateIncidentDto): Promise<IncidentDetailsDto> {
    return this.changes.run(by, async (change) => {
      const incident = await lockIncident(change, id);
      expectMatch(by, await present(change, incident));
      const edit = { ...(rootCause !== undefined && { rootCause }), updatedAt: change.at.getTime() };
      await change.manager.update(Incident, { id }, edit);
      const updated = { ...incident, ...edit };
      change.record('incident.updated', incidentTarget(incident), {
        changes: fieldChanges(incident, updated, ['rootCause']),
      });
      return present(change, updated);
    });
  }
}

export const incidentTarget = ({ id, title }: Incident): Target => ({
  type: 'incident',
  id,
  name: [...title].slice(0, 120).join(''),
});

/** An incident within the reach of the caller as they are now, held until the transaction ends. */
export async function lockIncident({ manager, by }: Change<Principal>, id: string): Promise<Incident> {
  const where = { id, teamId: by.teamId, ...whereMonitorIsReached(by) };
  const incident = await findLocked(manager, Incident, where);
  if (!incident) throw notFound(id);
  return incident;
}

export const notFound = (id: string) => new NotFound(`There is no incident ${id}.`);

/** An incident as it is within a transaction. */
async function present({ manager, at }: Change, incident: Incident): Promise<IncidentDetailsDto> {
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
