import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Creates, Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { AlertRuleDto, AlertRulePageDto, ListAlertRulesDto } from './alert-rule.dto.js';
import { CreateAlertRuleDto, UpdateAlertRuleDto } from './alert-rule-input.dto.js';
import { AlertRuleTestDto } from './alert-rule-test.dto.js';
import { AlertRuleLimitReached, AlertRuleNameTaken } from './alert-rules.problems.js';
import { AlertRulesService } from './alert-rules.service.js';

@ApiTags('Alert rules')
@Controller('alert-rules')
export class AlertRulesController {
  constructor(private readonly rules: AlertRulesService) {}

  /** List the alert rules of the current team */
  @Get()
  @RequireAbilities(Ability.AlertRulesRead)
  list(@Caller() by: Principal, @Query() query: ListAlertRulesDto): Promise<AlertRulePageDto> {
    return this.rules.list(by, query);
  }

  /** Create an alert rule */
  @Post()
  @Creates('/v1/alert-rules/{id}')
  @RequireAbilities(Ability.AlertRulesWrite)
  @Audited('alert-rule.created')
  @ApiProblems(AlertRuleNameTaken, AlertRuleLimitReached)
  create(@Caller() by: Principal, @Body() input: CreateAlertRuleDto): Promise<AlertRuleDto> {
    return this.rules.create(by, input);
  }

  /** Read an alert rule */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.AlertRulesRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<AlertRuleDto> {
    return this.rules.get(by, id);
  }

  /** Change an alert rule */
  @Patch(':id')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.AlertRulesWrite)
  @Audited('alert-rule.updated')
  @ApiProblems(NotFound, AlertRuleNameTaken)
  update(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: UpdateAlertRuleDto,
  ): Promise<AlertRuleDto> {
    return this.rules.update(by, id, input);
  }

  /** Try an alert rule on the last checks of its monitors, without any effect */
  @Post(':id/test')
  @HttpCode(200)
  @RequireAbilities(Ability.AlertRulesWrite)
  @Audited('alert-rule.tested')
  @ApiProblems(NotFound)
  test(@Caller() by: Principal, @Param('id') id: string): Promise<AlertRuleTestDto> {
    return this.rules.test(by, id);
  }

  /** Delete an alert rule */
  @Delete(':id')
  @Conditional()
  @HttpCode(204)
  @RequireAbilities(Ability.AlertRulesWrite)
  @Audited('alert-rule.deleted')
  @ApiProblems(NotFound)
  remove(@Caller() by: Principal, @Param('id') id: string): Promise<void> {
    return this.rules.remove(by, id);
  }
}
