import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, IsBoolean, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { type Ability, allAbilities } from '../auth/ability.js';
import { isNetwork } from '../common/network.js';
import { IsInstant, NameField, Nullable, Optional, QueryBoolean } from '../http/fields.js';
import { IdListField } from '../http/id-list.js';
import { ListField } from '../http/list-field.js';
import { PageQuery } from '../http/page.dto.js';
import { apiKeyStatuses, type ApiKeyStatus } from './api-key.dto.js';
import { ALL_ABILITIES } from './escalation.js';

const AllowedIpsField = () =>
  applyDecorators(
    ApiProperty({
      type: [String],
      required: false,
      maxItems: 50,
      example: [],
    }),
    Optional(),
    ListField(50, {
      name: 'network',
      isValid: (value) => typeof value === 'string' && isNetwork(value),
      message: 'must be an address or a network such as 203.0.113.0/24',
    }),
  );

const ProjectsField = () =>
  applyDecorators(
    ApiProperty({
      type: [String],
      required: false,
      nullable: true,
      example: ['prj_01jd8x0000e3vb6qk4mzt5w7ya'],
    }),
    Nullable(),
    ArrayNotEmpty(),
    IdListField(50),
  );

const ExpiryField = () =>
  applyDecorators(
    ApiProperty({
      type: String,
      format: 'date-time',
      required: false,
      nullable: true,
      example: '2099-01-31T00:00:00.000Z',
    }),
    Nullable(),
    IsInstant(),
  );

/** A point in time in a query string. */
const InstantFilter = () =>
  applyDecorators(
    ApiProperty({ type: String, format: 'date-time', required: false, example: '2026-01-31T00:00:00.000Z' }),
    Optional(),
    IsInstant(),
  );

const grantable = new Set<unknown>([...allAbilities, ALL_ABILITIES]);

export class CreateApiKeyDto {
  /**
   * What the key is for, as people will see it.
   * @example "CI deploys"
   */
  @NameField(80)
  name: string;

  /**
   * What the key may do: never more than its creator. `*` stands for all its creator may do now.
   * @example ["monitors:read", "monitors:write"]
   */
  @ApiProperty({
    enum: [...allAbilities, ALL_ABILITIES],
    isArray: true,
    minItems: 1,
    uniqueItems: true,
    example: ['monitors:read', 'monitors:write'],
  })
  @ArrayNotEmpty()
  @ListField(grantable.size, {
    name: 'ability',
    isValid: (value) => grantable.has(value),
    message: 'must be an ability of the catalogue (GET /v1/abilities), or *',
  })
  abilities: Array<Ability | typeof ALL_ABILITIES>;

  /**
   * When it stops working; null for never. Left out: what the key that makes it has, within the team's maximum
   * lifetime.
   * @example "2099-01-31T00:00:00.000Z"
   */
  @ExpiryField()
  expiresAt?: string | null;

  /** The networks it may be used from, such as `203.0.113.0/24` and `2001:db8::/32`. Empty: any. */
  @AllowedIpsField()
  allowedIps?: string[];

  /**
   * The projects it is limited to, with the monitors in them and all that is theirs; null for all of the team. Left
   * out: what the key that makes it has. Such a key can only have abilities that are `projectScoped` in the catalogue
   * (`GET /v1/abilities`), and `*` stands for no others then.
   */
  @ProjectsField()
  projectIds?: string[] | null;
}

export class UpdateApiKeyDto {
  /** @example "CI deploys, production" */
  @Optional()
  @NameField(80)
  name?: string;

  /** The networks it may be used from, such as `203.0.113.0/24` and `2001:db8::/32`. Empty: any. */
  @AllowedIpsField()
  allowedIps?: string[];

  /**
   * The projects it is limited to, with the monitors in them and all that is theirs; null for all of the team. Only
   * for a key whose abilities are all `projectScoped` in the catalogue.
   */
  @ProjectsField()
  projectIds?: string[] | null;

  /**
   * When it stops working; null for never. Not for a key that has expired.
   * @example "2099-01-31T00:00:00.000Z"
   */
  @ExpiryField()
  expiresAt?: string | null;

  /**
   * Whether it rests: it answers 403 `api-key-disabled` until it is enabled again. Who manages members may set this
   * alone, of everybody's keys.
   * @example false
   */
  @Optional()
  @IsBoolean()
  disabled?: boolean;
}

export class RotateApiKeyDto {
  /**
   * How long the old token goes on working, in seconds: up to seven days. 0 ends it at once.
   * @example 3600
   */
  @Optional()
  @Max(7 * 24 * 3600)
  @Min(0)
  @IsInt()
  overlapSeconds?: number;

  /**
   * When it stops working; null for never. Left out: as before, within the team's maximum lifetime.
   * @example "2099-01-31T00:00:00.000Z"
   */
  @ExpiryField()
  expiresAt?: string | null;
}

export class RevokeApiKeyDto {
  /**
   * Whether the keys that this key made are revoked with it. Left out, they live on. Those of a key that is revoked
   * already are revoked, too; without any left that is 404.
   */
  @QueryBoolean()
  descendants?: boolean;
}

export class ListApiKeysDto extends PageQuery {
  /** `me`: your own keys, in all teams. `team`: everybody's keys of the current team, which needs `members:write`. */
  @Optional()
  @IsIn(['me', 'team'])
  owner?: 'me' | 'team';

  /** Only keys with this status. Without it: all but the revoked. */
  @Optional()
  @IsIn(apiKeyStatuses)
  status?: ApiKeyStatus;

  /**
   * Only keys whose name contains this, in whatever case.
   * @example "deploy"
   */
  @Optional()
  @NameField(80)
  q?: string;

  /**
   * Only keys that this key made.
   * @example "key_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  createdByKey?: string;

  /**
   * Only keys that are limited to this project, alone or among others.
   * @example "prj_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  projectId?: string;

  /** Only keys that were used at this time or later, to the minute. */
  @InstantFilter()
  usedSince?: string;

  /** Only keys that were not used at this time or later: those never used are among them. */
  @InstantFilter()
  unusedSince?: string;

  /** Only keys that expire before this time. */
  @InstantFilter()
  expiresBefore?: string;

  /** Only keys that expire at this time or later, or never. */
  @InstantFilter()
  expiresAfter?: string;
}
