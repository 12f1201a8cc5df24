import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { NameField, Optional } from '../http/fields.js';
import { oneOf } from '../http/one-of.js';
import { PageQuery } from '../http/page.dto.js';
import { anyAssertion, assertionModels, assertionsExample } from './assertion.dto.js';
import type { Assertion } from './assertions.js';
import { type Method, methods, type Monitor, type MonitorStatus, monitorStatuses } from './monitor.entity.js';
import { type AuthDto, BasicAuthDto, BearerAuthDto, NoAuthDto, presentAuth } from './request-auth.dto.js';
import type { MonitorState } from './monitor-state.entity.js';
import { nextCheckAt } from './monitor-states.js';
import { followsRedirections } from './redirections.js';
import { HeaderDto } from './request-headers.dto.js';
import { clearedFields } from './sealed-settings.js';

@ApiExtraModels(...assertionModels, NoAuthDto, BasicAuthDto, BearerAuthDto)
export class MonitorDto {
  static readonly observed = [
    'status',
    'lastCheckedAt',
    'lastError',
    'nextCheckAt',
    'certificateExpiresAt',
    'uptime24h',
  ];

  /** @example "mon_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Checkout API" */
  name: string;
  /** @example "https://api.example.com/health" */
  url: string;
  /** @example "GET" */
  @ApiProperty({ enum: methods })
  method: Method;
  /** @example "prj_01jd8x0000e3vb6qk4mzt5w7ya" */
  projectId: string;
  /**
   * Seconds from one check to the next.
   * @example 60
   */
  @ApiProperty({ type: 'integer' })
  intervalSeconds: number;
  /**
   * Seconds within which the response must be there.
   * @example 30
   */
  @ApiProperty({ type: 'integer' })
  timeoutSeconds: number;
  /**
   * The status a good response has.
   * @example 200
   */
  @ApiProperty({ type: 'integer' })
  expectedStatus: number;
  /** Whether the certificate must be valid. */
  verifyTls: boolean;
  /** Whether redirections are followed: as it was written, but never while `expectedStatus` is a redirection. */
  followRedirects: boolean;
  /** Whether a response that is not as RFC 9110 and RFC 9112 have it is refused, with the line that is wrong in `detail`. */
  strictHttp: boolean;
  /** The headers that are sent. Their values are write-only. */
  headers: HeaderDto[];
  /** What is sent as the body; null for none. */
  @ApiProperty({ type: String, nullable: true, example: null })
  body: string | null;
  /** How checks authenticate. Password and token are write-only. */
  @ApiProperty({
    ...oneOf({ none: NoAuthDto, basic: BasicAuthDto, bearer: BearerAuthDto }),
    example: { type: 'none' },
  })
  auth: AuthDto;
  /**
   * The write-only values that were cleared, because an edit led to another origin (scheme, host or port), or stopped verifying the certificate, without giving them again. They are not sent until they are given.
   * @example []
   */
  clearedSecrets: string[];
  /** What must hold of a response, beside its status. */
  @ApiProperty({ type: 'array', items: anyAssertion, example: assertionsExample })
  assertions: Assertion[];
  /** Whether it is checked. */
  active: boolean;
  /**
   * How its last check went; `pending` before the first one after it was created or resumed. `unknown` when
   * for a minute or three intervals, whichever is shorter, its checks failed in a way that tells more of this
   * server than of the target: its network may be down, or it has more to do than it can.
   */
  @ApiProperty({ enum: monitorStatuses })
  status: MonitorStatus;
  lastCheckedAt: Date | null;
  /**
   * Why its last check was not ok; null when it was. See `error` of a check.
   * @example null
   */
  @ApiProperty({ type: String, nullable: true })
  lastError: string | null;
  nextCheckAt: Date | null;
  /** When the certificate of the endpoint ends, as of the last check. */
  certificateExpiresAt: Date | null;
  /**
   * Time up in percent of the time observed in the last 24 hours, as of a few minutes ago at most; null where no time
   * was observed. `GET /v1/monitors/{id}/uptime` has the parts.
   * @example 99.95
   */
  @ApiProperty({ type: Number, nullable: true })
  uptime24h: number | null;
  createdAt: Date;
  updatedAt: Date;

  static from(monitor: Monitor, state: MonitorState, now: Date): MonitorDto {
    return Object.assign(new MonitorDto(), {
      id: monitor.id,
      name: monitor.name,
      url: monitor.url,
      method: monitor.method,
      projectId: monitor.projectId,
      intervalSeconds: monitor.intervalSeconds,
      timeoutSeconds: monitor.timeoutSeconds,
      expectedStatus: monitor.expectedStatus,
      verifyTls: monitor.verifyTls,
      followRedirects: followsRedirections(monitor),
      strictHttp: monitor.strictHttp,
      headers: monitor.headers.map(HeaderDto.from),
      body: monitor.body,
      auth: presentAuth(monitor.auth),
      clearedSecrets: clearedFields(monitor),
      assertions: monitor.assertions,
      active: monitor.active,
      status: monitor.status,
      lastCheckedAt: instant(state.lastCheckedAt),
      lastError: state.lastError,
      nextCheckAt: nextCheckAt(monitor, state, now),
      certificateExpiresAt: instant(state.certificateExpiresAt),
      uptime24h: state.uptime24h === null ? null : state.uptime24h / 1000,
      createdAt: monitor.createdAt,
      updatedAt: monitor.updatedAt,
    });
  }
}

const instant = (milliseconds: number | null) => (milliseconds === null ? null : new Date(milliseconds));

export class MonitorPageDto {
  data: MonitorDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

const sortKeys = ['name', '-name', 'createdAt', '-createdAt', 'status', '-status'] as const;

export class ListMonitorsDto extends PageQuery {
  /** Only monitors with this status. */
  @ApiProperty({ enum: monitorStatuses, required: false })
  @Optional()
  @IsIn(monitorStatuses)
  status?: MonitorStatus;

  /**
   * Only monitors of this project.
   * @example "prj_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  projectId?: string;

  /**
   * Only monitors with this in their name or URL, whatever its case.
   * @example "checkout"
   */
  @Optional()
  @NameField(200)
  q?: string;

  /** What they are ordered by; with `-` the other way round. `createdAt` when left out. */
  @ApiProperty({ enum: sortKeys, required: false, default: 'createdAt' })
  @Optional()
  @IsIn(sortKeys)
  sort?: (typeof sortKeys)[number];
}
