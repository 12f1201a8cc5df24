import { ApiProperty } from '@nestjs/swagger';
import type { Ability } from '../auth/ability.js';
import type { ApiKey } from './api-key.entity.js';

export const apiKeyStatuses = ['active', 'disabled', 'expired', 'revoked'] as const;
export type ApiKeyStatus = (typeof apiKeyStatuses)[number];

/** The key that made a key. */
export class ApiKeyMakerDto {
  /** @example "key_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /**
   * What it was called then.
   * @example "Provisioning"
   */
  name: string;
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
  /** Whether it rests until somebody enables it. */
  disabled: boolean;
  /**
   * The networks it may be used from. Empty: any.
   * @example ["203.0.113.0/24"]
   */
  allowedIps: string[];
  /**
   * The projects it is limited to, which may have been deleted: it sees and touches nothing else. Null: all of the team.
   * @example ["prj_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  @ApiProperty({ type: [String], nullable: true })
  projectIds: string[] | null;
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
  /** The key that made it, which may be revoked by now; null where a person did. */
  createdByKey: ApiKeyMakerDto | null;

  static from(key: ApiKey, now: Date): ApiKeyDto {
    const {
      id,
      name,
      abilities,
      teamId,
      userId,
      lastEight,
      allowedIps,
      projectIds,
      createdAt,
      lastUsedAt,
      lastUsedIp,
      expiresAt,
      rotatedAt,
    } = key;
    const { createdByKeyId, createdByKeyName } = key;
    const status = statusOf(key, now);
    const createdByKey =
      createdByKeyId === null ? null : { id: createdByKeyId, name: createdByKeyName ?? '' };
    return Object.assign(new ApiKeyDto(), {
      id,
      name,
      abilities,
      teamId,
      userId,
      lastEight,
      status,
      disabled: key.disabledAt !== null,
      allowedIps,
      projectIds,
      createdAt,
      lastUsedAt,
      lastUsedIp,
      expiresAt,
      rotatedAt,
      createdByKey,
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

/** Whether a key works. Revoked counts before expired, and expired before disabled. */
export function statusOf(
  { revokedAt, expiresAt, disabledAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt' | 'disabledAt'>,
  now: Date,
): ApiKeyStatus {
  if (revokedAt) return 'revoked';
  if (expiresAt && expiresAt <= now) return 'expired';
  return disabledAt ? 'disabled' : 'active';
}
