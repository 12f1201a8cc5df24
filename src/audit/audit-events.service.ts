import { Injectable } from '@nestjs/common';
import { plainAddress } from '../common/network.js';
import type { Principal } from '../access/principal.js';
import { Reads } from '../database/reads.js';
import { type Condition, type Page, Pages } from '../http/pages.js';
import { NotFound } from '../problems/common.problems.js';
import { actionsMatching } from './audit-action.js';
import { AuditEventDto, type ListAuditEventsDto } from './audit-event.dto.js';
import { AuditEvent } from './audit-event.entity.js';

/** Reads the audit log. Nothing here writes it. */
@Injectable()
export class AuditEventsService {
  constructor(
    private readonly reads: Reads,
    private readonly pages: Pages,
  ) {}

  /** The events of the caller's team, newest first. */
  list(by: Principal, query: ListAuditEventsDto): Promise<Page<AuditEventDto>> {
    const conditions: Condition[] = [['t.teamId = ?', by.teamId], ...filtersOf(query)];
    return this.pages.read(
      by,
      { entity: AuditEvent, conditions, orderBy: ['seq'], descending: true },
      query,
      AuditEventDto.from,
    );
  }

  async get(by: Principal, id: string): Promise<AuditEventDto> {
    const event = await this.reads.selectOne(AuditEvent, 't.id = ? AND t.teamId = ?', [id, by.teamId]);
    if (!event) throw new NotFound(`There is no event ${id}.`);
    return AuditEventDto.from(event);
  }
}

function filtersOf({ action, actorId, targetId, outcome, ip, from, to }: ListAuditEventsDto): Condition[] {
  const conditions: Condition[] = [];
  if (action !== undefined) {
    const actions = actionsMatching(action);
    conditions.push([`t.action IN (${actions.map(() => '?').join(', ')})`, ...actions]);
  }
  if (actorId !== undefined)
    conditions.push([actorId.startsWith('key_') ? 't.viaKeyId = ?' : 't.actorId = ?', actorId]);
  if (targetId !== undefined) conditions.push(['t.targetId = ?', targetId]);
  if (outcome !== undefined) conditions.push(['t.outcome = ?', outcome]);
  if (ip !== undefined) conditions.push(['t.ip = ?', plainAddress(ip) ?? ip]);
  if (from !== undefined) conditions.push(['t.at >= ?', new Date(from)]);
  if (to !== undefined) conditions.push(['t.at < ?', new Date(to)]);
  return conditions;
}
