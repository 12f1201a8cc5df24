import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type Page, Pages } from '../http/pages.js';
import { NotFound } from '../problems/common.problems.js';
import { AuditEventDto, type ListAuditEventsDto } from './audit-event.dto.js';
import { AuditEventsRepository } from './audit-events.repository.js';

/** Reads the audit log. Nothing here writes it. */
@Injectable()
export class AuditEventsService {
  constructor(
    private readonly events: AuditEventsRepository,
    private readonly pages: Pages,
  ) {}

  /** The events of the caller's team, newest first. */
  async list(by: Principal, query: ListAuditEventsDto): Promise<Page<AuditEventDto>> {
    const listing = await this.events.listing(by.teamId, query);
    return this.pages.read(by, listing, query, AuditEventDto.from);
  }

  async get(by: Principal, id: string): Promise<AuditEventDto> {
    const event = await this.events.find(by.teamId, id);
    if (!event) throw new NotFound(`There is no event ${id}.`);
    return AuditEventDto.from(event);
  }
}
