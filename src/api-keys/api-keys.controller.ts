import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { AbilityEscalation, PlanRequired, TokenSuperseded } from '../auth/auth.problems.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Creates, Tagged } from '../http/representation.js';
import { PlanLimitReached } from '../plans/plans.problems.js';
import { RetryWithOldToken } from '../limits/retry-with-old-token.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { ApiKeyDto, ApiKeyPageDto, CreatedApiKeyDto } from './api-key.dto.js';
import {
  CreateApiKeyDto,
  ListApiKeysDto,
  RevokeApiKeyDto,
  RotateApiKeyDto,
  UpdateApiKeyDto,
} from './api-key-input.dto.js';
import { ApiKeyExpired, ApiKeyNotOwn, ApiKeyRevoked, KeyLimitsExceeded } from './api-keys.problems.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyRotation } from './key-rotation.js';

@ApiTags('API keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly rotation: KeyRotation,
  ) {}

  /** Create an API key */
  @Post()
  @Creates('/v1/api-keys/{id}')
  @RequireAbilities(Ability.ApiKeysWrite)
  @Audited('api-key.created')
  @ApiProblems(AbilityEscalation, KeyLimitsExceeded, PlanRequired, PlanLimitReached, TokenSuperseded)
  create(@Caller() by: Principal, @Body() input: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.keys.create(by, input);
  }

  /** List API keys */
  @Get()
  @RequireAbilities(Ability.ApiKeysRead)
  list(@Caller() by: Principal, @Query() query: ListApiKeysDto): Promise<ApiKeyPageDto> {
    return this.keys.list(by, query);
  }

  /** Read an API key */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.ApiKeysRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<ApiKeyDto> {
    return this.keys.get(by, id);
  }

  /** Rename, restrict, prolong, disable or enable an API key */
  @Patch(':id')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.ApiKeysWrite)
  @Audited('api-key.updated')
  @ApiProblems(NotFound, AbilityEscalation, KeyLimitsExceeded, ApiKeyNotOwn, ApiKeyRevoked, ApiKeyExpired)
  update(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: UpdateApiKeyDto,
  ): Promise<ApiKeyDto> {
    return this.keys.update(by, id, input);
  }

  /** Rotate the token of an API key */
  @Post(':id/rotate')
  @Conditional()
  @HttpCode(200)
  @RequireAbilities(Ability.ApiKeysWrite)
  @Audited('api-key.rotated')
  @RetryWithOldToken()
  @ApiProblems(
    NotFound,
    AbilityEscalation,
    KeyLimitsExceeded,
    ApiKeyNotOwn,
    ApiKeyRevoked,
    ApiKeyExpired,
    TokenSuperseded,
  )
  rotate(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: RotateApiKeyDto,
  ): Promise<CreatedApiKeyDto> {
    return this.rotation.rotate(by, id, input);
  }

  /** Revoke an API key at once and for good */
  @Delete(':id')
  @Conditional()
  @HttpCode(204)
  @RequireAbilities(Ability.ApiKeysWrite)
  @Audited('api-key.revoked')
  @ApiProblems(NotFound)
  revoke(@Caller() by: Principal, @Param('id') id: string, @Query() query: RevokeApiKeyDto): Promise<void> {
    return this.keys.revoke(by, id, query);
  }
}
