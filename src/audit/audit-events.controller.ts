import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { AuditEventDto, AuditEventPageDto, ListAuditEventsDto } from './audit-event.dto.js';
import { AuditEventsService } from './audit-events.service.js';

@ApiTags('Audit log')
@Controller('audit-events')
export class AuditEventsController {
  constructor(private readonly events: AuditEventsService) {}

  /** List the events of the audit log */
  @Get()
  @RequireAbilities(Ability.AuditRead)
  list(@Caller() by: Principal, @Query() query: ListAuditEventsDto): Promise<AuditEventPageDto> {
    return this.events.list(by, query);
  }

  /** Read an event of the audit log */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.AuditRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<AuditEventDto> {
    return this.events.get(by, id);
  }
}
