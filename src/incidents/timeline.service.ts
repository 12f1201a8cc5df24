import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AuditedTransactions } from '../audit/audited-transactions.js';
import { allOf } from '../database/condition.js';
import { SqlReader } from '../database/sql-reader.js';
import type { PageQuery } from '../http/page.dto.js';
import { type Page, Pages } from '../http/pages.js';
import { type AddNoteDto, IncidentEventDto } from './incident-event.dto.js';
import type { IncidentEvent } from './lifecycle/incident-event.entity.js';
import { oneIncident, timelineOf } from './incident-listing.js';
import { addTimelineEntry, actorOf } from './lifecycle/timeline-entries.js';
import { incidentTarget, lockIncident, notFound } from './incidents.service.js';

/** What happened in the course of an incident, and what people remark on it. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly reads: SqlReader,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
  ) {}

  /** Oldest first. */
  async list(by: Principal, id: string, query: PageQuery): Promise<Page<IncidentEventDto>> {
    const { where, values } = allOf(oneIncident(by, id));
    const found = await this.reads.query(`SELECT 1 FROM incidents t WHERE ${where}`, values);
    if (found.length === 0) throw notFound(id);
    return this.pages.read(by, timelineOf(id), query, IncidentEventDto.from);
  }

  addNote(by: Principal, id: string, { note }: AddNoteDto): Promise<IncidentEventDto> {
    return this.audited.run(by, async (tx) => {
      const incident = await lockIncident(tx, id);
      const entry = { type: 'note' as const, text: note };
      const { manager, at } = tx;
      const event = await addTimelineEntry({ manager }, id, at.getTime(), entry, actorOf(by));
      tx.record('incident.noted', incidentTarget(incident), {
        changes: [{ field: 'note', from: null, to: note }],
      });
      return IncidentEventDto.from(event as IncidentEvent);
    });
  }
}
