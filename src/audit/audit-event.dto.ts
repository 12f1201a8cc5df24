import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsIP, IsString, MaxLength, ValidateBy, buildMessage } from 'class-validator';
import { IsInstant, Optional } from '../http/fields.js';
import { PageQuery } from '../http/page.dto.js';
import { type AuditAction, actionsMatching, auditActions, type TargetType } from './audit-action.js';
import type { AuditEvent } from './audit-event.entity.js';

const outcomes = ['success', 'denied', 'failed'] as const;
const actorTypes = ['user', 'api-key', 'system', 'anonymous'] as const;

const IsActionPattern = () =>
  ValidateBy({
    name: 'action',
    validator: {
      validate: (value) => typeof value === 'string' && actionsMatching(value).length > 0,
      defaultMessage: buildMessage(
        () => '$property must be an action such as api-key.created, or all of a resource: api-key.*',
      ),
    },
  });

export class ListAuditEventsDto extends PageQuery {
  /**
   * Only this action, or all of a resource: `api-key.*`.
   * @example "api-key.*"
   */
  @Optional()
  @IsActionPattern()
  action?: string;

  /**
   * Only what this person did, also through keys; or what was done through this key.
   * @example "usr_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  actorId?: string;

  /**
   * Only what happened to this.
   * @example "key_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  targetId?: string;

  /** Only events with this outcome. */
  @Optional()
  @IsIn(outcomes)
  outcome?: (typeof outcomes)[number];

  /**
   * Only what came from this address.
   * @example "203.0.113.7"
   */
  @Optional()
  @IsIP()
  ip?: string;

  /**
   * Only events from this moment on.
   * @example "2026-01-01T00:00:00Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  from?: string;

  /**
   * Only events before this moment.
   * @example "2027-01-01T00:00:00Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  to?: string;
}

const AnyJson = (example: unknown) =>
  ApiProperty({
    required: false,
    nullable: true,
    example,
    anyOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'array', items: {} },
      { type: 'object' },
    ],
  });

export class AuditKeyDto {
  /** @example "key_01jd8x0000f3b9s0d2m8c5p1rk" */
  id: string;
  /** @example "Terraform" */
  name: string;
}

/** Who did it. */
export class AuditActorDto {
  @ApiProperty({ enum: actorTypes, example: 'api-key' })
  type: (typeof actorTypes)[number];
  /**
   * The person, also when they acted through a key; null for the system and for those who are not signed in.
   * @example "usr_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  id: string | null;
  /** @example "Ada Lovelace" */
  name: string | null;
  /** The key they acted through; null where there was none. */
  via: AuditKeyDto | null;
}

/** What it happened to. */
export class AuditTargetDto {
  /** @example "api-key" */
  type: TargetType;
  /** @example "key_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string | null;
  /** @example "CI deploys" */
  name: string | null;
}

/** What became of one field. Of a secret only that it changed: `redacted`. */
export class AuditFieldChangeDto {
  /** @example "name" */
  field: string;
  /** The value before; null where there was none. */
  @AnyJson('CI deploys')
  from?: unknown;
  /** The value since. */
  @AnyJson('CI deploys, production')
  to?: unknown;
  /** Says that it is a secret: neither value is told. */
  redacted?: boolean;
  /** Says of a secret that it was cleared, because an edit led to another origin without giving it again. */
  cleared?: boolean;
}

/** The request it was done with. */
export class AuditContextDto {
  /** @example "5f0c6d1e9b3a4c7d8e2f1a0b" */
  requestId: string | null;
  /** @example "203.0.113.7" */
  ip: string | null;
  /** @example "curl/8.14.1" */
  userAgent: string | null;
  /** @example "PATCH" */
  method: string | null;
  /**
   * The pattern of the path.
   * @example "/v1/api-keys/{id}"
   */
  route: string | null;
}

export class AuditEventDto {
  /** @example "aud_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  at: Date;
  @ApiProperty({ enum: auditActions, example: 'api-key.updated' })
  action: AuditAction;
  @ApiProperty({ enum: outcomes })
  outcome: (typeof outcomes)[number];
  actor: AuditActorDto;
  target: AuditTargetDto | null;
  /**
   * How many attempts it stands for: 1, but for refusals that were repeated within a minute.
   * @example 1
   */
  count: number;
  /** What they were aimed at, where that was more than one thing: up to 20 identifiers. */
  @ApiProperty({ type: [String], example: [] })
  targetIds: string[];
  /** @example "team_01jd8x0000f3b9s0d2m8c5p1rk" */
  teamId: string;
  changes: AuditFieldChangeDto[];
  context: AuditContextDto;

  static from(event: AuditEvent): AuditEventDto {
    const { id, at, action, outcome, teamId, requestId, ip, userAgent, method, route } = event;
    const via = event.viaKeyId === null ? null : { id: event.viaKeyId, name: event.viaKeyName ?? '' };
    return Object.assign(new AuditEventDto(), {
      id,
      at,
      action,
      outcome,
      actor: { type: event.actorType, id: event.actorId, name: event.actorName, via },
      target:
        event.targetType === null
          ? null
          : { type: event.targetType, id: event.targetId, name: event.targetName },
      count: event.count ?? 1,
      targetIds: event.targets ?? [],
      teamId: teamId!,
      changes: JSON.parse(event.changes) as AuditFieldChangeDto[],
      context: { requestId, ip, userAgent, method, route },
    });
  }
}

export class AuditEventPageDto {
  data: AuditEventDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
