import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import type { ListAuditEventsDto } from './audit-event.dto.js';
import { AuditEvent } from './audit-event.entity.js';
import { auditListing } from './audit-search.js';

/** An event that has no place in the log yet. */
export type NewAuditEvent = Omit<AuditEvent, 'seq'>;

/** How many events one statement inserts: SQLite takes 32,766 values in one. */
const BATCH = 500;

/** The audit log. Events are added, and never changed. */
@Injectable()
export class AuditEventsRepository extends BaseRepository<AuditEvent> {
  constructor(@InjectRepository(AuditEvent) events: Repository<AuditEvent>, sql: SqlReader) {
    super(events, sql);
  }

  /** Adds events to the end of the log. */
  async append(tx: Transaction, events: readonly NewAuditEvent[]): Promise<void> {
    for (let i = 0; i < events.length; i += BATCH) await this.within(tx).insert(events.slice(i, i + BATCH));
  }

  find(teamId: string, id: string): Promise<AuditEvent | null> {
    return this.sql.selectOne(AuditEvent, 't.id = ? AND t.teamId = ?', [id, teamId]);
  }

  /** The events of a team that `query` asks for, newest first. */
  listing(teamId: string, query: ListAuditEventsDto): Promise<Listing<AuditEvent>> {
    return auditListing(this.sql, teamId, query);
  }
}
