import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../auth/access.decorators.js';
import { TokenSuperseded } from '../auth/auth.problems.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Tagged } from '../http/representation.js';
import { RetryWithOldToken } from '../limits/retry-with-old-token.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { ApiKeyDto, CreatedApiKeyDto } from './api-key.dto.js';
import { RotateApiKeyDto } from './api-key-input.dto.js';
import { KeyLimitsExceeded } from './api-keys.problems.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyRotation } from './key-rotation.js';

/** The key a request itself is sent with. */
@ApiTags('API keys')
@Controller('api-keys/current')
export class CurrentApiKeyController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly rotation: KeyRotation,
  ) {}

  /** Read the API key you are calling with */
  @Get()
  @Tagged()
  @Authenticated()
  @ApiProblems(NotFound)
  get(@Caller() by: Principal): Promise<ApiKeyDto> {
    return this.keys.get(by, currentKey(by));
  }

  /** Rotate the API key you are calling with */
  @Post('rotate')
  @Conditional()
  @HttpCode(200)
  @Authenticated()
  @Audited('api-key.rotated')
  @RetryWithOldToken()
  @ApiProblems(NotFound, KeyLimitsExceeded, TokenSuperseded)
  rotate(@Caller() by: Principal, @Body() input: RotateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.rotation.rotate(by, currentKey(by), input);
  }
}

function currentKey({ keyId }: Principal): string {
  if (keyId === null) throw new NotFound('You are calling with a session, not with an API key.');
  return keyId;
}
