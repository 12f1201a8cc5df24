import { ArrayNotEmpty, IsIn, IsInt, Max, Min } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import { Ability, allAbilities } from '../access/ability.js';
import { isNetwork } from '../common/network.js';
import { IsInstant, NameField, Nullable, Optional } from '../http/fields.js';
import { ListField } from '../http/list-field.js';
import { PageQuery } from '../http/page.dto.js';
import type { ApiKey } from './api-key.entity.js';
import { EVERYTHING } from './escalation.js';

export const apiKeyStatuses = ['active', 'expired', 'revoked'] as const;
export type ApiKeyStatus = (typeof apiKeyStatuses)[number];

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

const grantable = new Set<unknown>([...allAbilities, EVERYTHING]);

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
    enum: [...allAbilities, EVERYTHING],
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
  abilities: Array<Ability | typeof EVERYTHING>;

  /**
   * When it stops working; null or left out for never.
   * @example "2099-01-31T00:00:00.000Z"
   */
  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    nullable: true,
    example: '2099-01-31T00:00:00.000Z',
  })
  @Nullable()
  @IsInstant()
  expiresAt?: string | null;

  /** The networks it may be used from, such as `203.0.113.0/24` and `2001:db8::/32`. Empty: any. */
  @AllowedIpsField()
  allowedIps?: string[];
}

export class UpdateApiKeyDto {
  /** @example "CI deploys, production" */
  @Optional()
  @NameField(80)
  name?: string;

  /** The networks it may be used from, such as `203.0.113.0/24` and `2001:db8::/32`. Empty: any. */
  @AllowedIpsField()
  allowedIps?: string[];
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
}

export class ApiKeyDto {
  static readonly observed = ['lastUsedAt', 'lastUsedIp', 'status'];

  /** @example "key_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "CI deploys" */
  name: string;
  /**
   * What it may do at most: the role of its owner and the plan of the team can allow less.
   * @example ["monitors:read", "monitors:write"]
   */
  abilities: Ability[];
  /**
   * The team it acts in.
   * @example "team_01jd8x0000f3b9s0d2m8c5p1rk"
   */
  teamId: string;
  /**
   * The owner.
   * @example "usr_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  userId: string;
  /**
   * The last eight characters of the token.
   * @example "fg2oz50e"
   */
  lastEight: string;
  status: ApiKeyStatus;
  /**
   * The networks it may be used from. Empty: any.
   * @example ["203.0.113.0/24"]
   */
  allowedIps: string[];
  createdAt: Date;
  /** To the minute; null if it was never used. */
  lastUsedAt: Date | null;
  /**
   * Where it was last used from.
   * @example "203.0.113.7"
   */
  lastUsedIp: string | null;
  /** When it stops working; null for never. */
  expiresAt: Date | null;
  /** When its token was last replaced; null if it has its first one. */
  rotatedAt: Date | null;

  static from(key: ApiKey, now: Date): ApiKeyDto {
    const {
      id,
      name,
      abilities,
      teamId,
      userId,
      lastEight,
      allowedIps,
      createdAt,
      lastUsedAt,
      lastUsedIp,
      expiresAt,
      rotatedAt,
    } = key;
    const status = statusOf(key, now);
    return Object.assign(new ApiKeyDto(), {
      id,
      name,
      abilities,
      teamId,
      userId,
      lastEight,
      status,
      allowedIps,
      createdAt,
      lastUsedAt,
      lastUsedIp,
      expiresAt,
      rotatedAt,
    });
  }
}

export class CreatedApiKeyDto extends ApiKeyDto {
  static readonly toldOnce = ['token'];

  /**
   * The token to send as `Authorization: Bearer`. Shown only here.
   * @example "pulse_key_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg2oz50e"
   */
  token: string;

  static of(key: ApiKeyDto, token: string): CreatedApiKeyDto {
    return Object.assign(new CreatedApiKeyDto(), key, { token });
  }
}

export class ApiKeyPageDto {
  data: ApiKeyDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

/** Whether a key works. Revoked counts before expired. */
export function statusOf(
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  now: Date,
): ApiKeyStatus {
  if (revokedAt) return 'revoked';
  return expiresAt && expiresAt <= now ? 'expired' : 'active';
}
