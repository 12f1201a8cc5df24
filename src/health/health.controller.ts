import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/access.decorators.js';
import { SkipRateLimit } from '../limits/skip-rate-limit.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { Unavailable } from '../problems/common.problems.js';
import { HealthDto } from './health.dto.js';
import { HealthService } from './health.service.js';

@ApiTags('Health')
@SkipRateLimit()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** Tell whether the process is alive */
  @Get('live')
  @Public()
  getLiveness(): HealthDto {
    return this.health.live();
  }

  /** Tell whether the process can serve: its database is there and up to date, and it is not stopping */
  @Get('ready')
  @Public()
  @ApiProblems(Unavailable)
  getReadiness(): Promise<HealthDto> {
    return this.health.ready();
  }
}
