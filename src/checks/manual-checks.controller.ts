import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { CheckNotMade } from './checks.problems.js';
import { CheckDto } from './check.dto.js';
import { checkOf } from './storage/check-rows.js';
import { ManualChecksService } from './manual-checks.service.js';

@ApiTags('Checks')
@Controller('monitors/:id')
export class ManualChecksController {
  constructor(private readonly checks: ManualChecksService) {}

  /**
   * Check a monitor now
   *
   * @remarks Answers what was found once it is stored. A check that is in flight is waited for first. A paused monitor is checked too, and stays paused. At most 10 times a minute and monitor.
   */
  @Post('checks')
  @HttpCode(200)
  @RequireAbilities(Ability.MonitorsRun)
  @Audited('monitor.check-requested')
  @ApiProblems(NotFound, CheckNotMade)
  async runCheck(@Caller() by: Principal, @Param('id') id: string): Promise<CheckDto> {
    return CheckDto.from(checkOf(await this.checks.run(by, id)));
  }
}
