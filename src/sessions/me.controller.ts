import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { MeDto } from './me.dto.js';
import { MeService } from './me.service.js';

@ApiTags('Account')
@Controller('me')
export class MeController {
  constructor(private readonly me: MeService) {}

  /** Tell who you are and what you may do */
  @Get()
  @Authenticated()
  get(@Caller() by: Principal): Promise<MeDto> {
    return this.me.get(by);
  }
}
