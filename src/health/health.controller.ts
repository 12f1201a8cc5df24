import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.js';
import { Unlimited } from '../limits/unlimited.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { Unavailable } from '../problems/common.problems.js';
import { HealthDto } from './health.dto.js';
import { HealthService } from './health.service.js';

@ApiTags('Health')
@Unlimited()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** Is the process alive */
  @Get('live')
  @Public()
  live(): HealthDto {
    return this.health.live();
  }

  /** Can the process serve: is its database there and up to date, and is it not stopping */
  @Get('ready')
  @Public()
  @ApiProblems(Unavailable)
  ready(): Promise<HealthDto> {
    return this.health.ready();
  }
}
