import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AbilityPageDto, abilityCatalogue } from './ability.dto.js';
import { Authenticated } from './access.decorators.js';

@ApiTags('API keys')
@Controller('abilities')
export class AbilitiesController {
  /** List the abilities a key can have */
  @Get()
  @Authenticated()
  list(): AbilityPageDto {
    return { data: abilityCatalogue, nextCursor: null };
  }
}
