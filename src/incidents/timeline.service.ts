import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AuditedTransactions } from '../audit/audited-transactions.js';
import type { PageQuery } from '../http/page.dto.js';
import { type Page, Pages } from '../http/pages.js';
import { type AddNoteDto, IncidentEventDto } from './incident-event.dto.js';
import type { IncidentEvent } from './lifecycle/incident-event.entity.js';
import { actorOf, timelineEntryOf } from './lifecycle/timeline-entries.js';
import { IncidentsRepository } from './incidents.repository.js';
import { IncidentsService, incidentTarget, notFound } from './incidents.service.js';

/** What happened in the course of an incident, and what people remark on it. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly incidents: IncidentsRepository,
    private readonly service: IncidentsService,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
  ) {}

  /** Oldest first. */
  async list(by: Principal, id: string, query: PageQuery): Promise<Page<IncidentEventDto>> {
    if (!(await this.incidents.isReached(by, id))) throw notFound(id);
    return this.pages.read(by, this.incidents.timelineListing(id), query, IncidentEventDto.from);
  }

  addNote(by: Principal, id: string, { note }: AddNoteDto): Promise<IncidentEventDto> {
    return this.audited.run(by, async (tx) => {
      const incident = await this.service.lock(tx, id);
      const entry = { type: 'note' as const, text: note };
      const event = timelineEntryOf(id, tx.at.getTime(), entry, actorOf(by));
      await this.incidents.insertEvents(tx, [event]);
      tx.record('incident.noted', incidentTarget(incident), {
        changes: [{ field: 'note', from: null, to: note }],
      });
      return IncidentEventDto.from(event as IncidentEvent);
    });
  }
}
