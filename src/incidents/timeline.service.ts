import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { Changes } from '../audit/changes.js';
import { allOf } from '../database/condition.js';
import { Reads } from '../database/reads.js';
import type { PageQuery } from '../http/page.dto.js';
import { type Page, Pages } from '../http/pages.js';
import { type AddNoteDto, IncidentEventDto } from './incident-event.dto.js';
import type { IncidentEvent } from './lifecycle/incident-event.entity.js';
import { oneIncident, timelineOf } from './incident-listing.js';
import { addLine, actorOf } from './lifecycle/timeline-entries.js';
import { incidentTarget, lockIncident, notFound } from './incidents.service.js';

/** What happened in the course of an incident, and what people remark on it. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly reads: Reads,
    private readonly pages: Pages,
    private readonly changes: Changes,
  ) {}

  /** Oldest first. */
  async list(by: Principal, id: string, query: PageQuery): Promise<Page<IncidentEventDto>> {
    const { where, values } = allOf(oneIncident(by, id));
    const found = await this.reads.query(`SELECT 1 FROM incidents t WHERE ${where}`, values);
    if (found.length === 0) throw notFound(id);
    return this.pages.read(by, timelineOf(id), query, IncidentEventDto.from);
  }

  addNote(by: Principal, id: string, { note }: AddNoteDto): Promise<IncidentEventDto> {
    return this.changes.run(by, async (change) => {
      const incident = await lockIncident(change, id);
      const entry = { type: 'note' as const, text: note };
      const { manager, at } = change;
      const event = await addLine(manager, id, at.getTime(), entry, actorOf(by));
      change.record('incident.noted', incidentTarget(incident), {
        changes: [{ field: 'note', from: null, to: note }],
      });
      return IncidentEventDto.from(event as IncidentEvent);
    });
  }
}
