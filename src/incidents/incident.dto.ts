import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength, ValidateIf } from 'class-validator';
import { type Priority, priorities } from '../alert-rules/alert-rule.entity.js';
import { type CheckError, checkErrors } from '../checks/result/probe-result.js';
import { IsInstant, Optional, ProseField } from '../http/fields.js';
import { PageQuery } from '../http/page.dto.js';
import { durationOf } from './lifecycle/duration.js';
import { EvidentCheckDto } from './evidence.dto.js';
import type { CheckSnapshot } from './lifecycle/check-snapshot.js';
import {
  type Incident,
  type IncidentStatus,
  incidentStatuses,
  isFlapping,
} from './lifecycle/incident.entity.js';
import { type ResolutionReason, resolutionReasons } from './lifecycle/timeline-entry.js';

/** The monitor, as it was when the incident was opened. It may be gone. */
export class IncidentMonitorDto {
  /** @example "mon_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Checkout API" */
  name: string;
  /** @example "https://api.example.com/health" */
  url: string;
}

/** The alert rule, as it was when the incident was opened. It may be gone. */
export class IncidentRuleDto {
  /** @example "rul_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Check failed" */
  name: string;
}

/** A person, by the name they had. They may have left. */
export class IncidentPersonDto {
  /** @example "usr_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Ada Lovelace" */
  name: string;
}

/** The check that opened the incident, in short. */
export class IncidentCheckDto {
  /** When it began. */
  at: Date;
  /**
   * Null without a response.
   * @example 503
   */
  @ApiProperty({ type: 'integer', nullable: true })
  statusCode: number | null;
  /** Why it was not ok; null when it was. */
  @ApiProperty({ enum: [...checkErrors, null], nullable: true, example: 'unexpected-status' })
  error: CheckError | null;
  /**
   * What exactly was wrong.
   * @example "The status was 503, and 200 was expected."
   */
  detail: string | null;
}

export class IncidentDto {
  /** What time itself changes. */
  static readonly observed = ['durationSeconds'];

  /** @example "inc_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Checkout API: check failed" */
  title: string;
  @ApiProperty({ enum: incidentStatuses })
  status: IncidentStatus;
  /** The priority of the rule when the incident was opened. */
  @ApiProperty({ enum: priorities, example: 'high' })
  severity: Priority;
  monitor: IncidentMonitorDto;
  rule: IncidentRuleDto;
  /** When the first of the checks (or looks: see `triggerAfter` of a rule) was made that matched the rule in a row. */
  startedAt: Date;
  /** When the last of them ended. */
  openedAt: Date;
  acknowledgedAt: Date | null;
  acknowledgedBy: IncidentPersonDto | null;
  resolvedAt: Date | null;
  /** Null while it is not resolved, and where the system did it. */
  resolvedBy: IncidentPersonDto | null;
  /** Why it is over; null while it is not. */
  @ApiProperty({ enum: [...resolutionReasons, null], nullable: true, example: null })
  resolution: ResolutionReason | null;
  /**
   * From `startedAt` to `resolvedAt`, or until now, with what was good in between: the timeline has the parts.
   * @example 312
   */
  @ApiProperty({ type: 'integer' })
  durationSeconds: number;
  /** @example "The certificate of the upstream had been renewed without its chain." */
  rootCause: string | null;
  /**
   * How often it failed again within a cooldown of being resolved.
   * @example 0
   */
  @ApiProperty({ type: 'integer' })
  reopenCount: number;
  /**
   * Whether it failed again after channels were told that it was over. They were told that it is unstable, and
   * hear next when it was good for a whole cooldown.
   */
  flapping: boolean;
  /** Since when it has been good while it is flapping; null while it is not. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  goodSince: Date | null;
  /** Null where no single check opened it, as with an uptime. */
  check: IncidentCheckDto | null;
  updatedAt: Date;

  static from(incident: Incident, now: Date): IncidentDto {
    return Object.assign(new IncidentDto(), membersOf(incident, now));
  }
}

/** An incident with the checks that opened it. */
export class IncidentDetailsDto extends IncidentDto {
  /** The checks that opened it, in the order they were made. None where no single check did. */
  evidence: EvidentCheckDto[];

  static of(incident: Incident, snapshots: readonly CheckSnapshot[], now: Date): IncidentDetailsDto {
    return Object.assign(new IncidentDetailsDto(), {
      ...membersOf(incident, now),
      evidence: snapshots.map((check) => EvidentCheckDto.from(check, incident.monitorId)),
    });
  }
}

const dateOf = (milliseconds: number | null): Date | null =>
  milliseconds === null ? null : new Date(milliseconds);

const personOf = (id: string | null, name: string | null): IncidentPersonDto | null =>
  id === null ? null : { id, name: name ?? '' };

const membersOf = (incident: Incident, now: Date) => ({
  id: incident.id,
  title: incident.title,
  status: incident.status,
  severity: incident.severity,
  monitor: { id: incident.monitorId, name: incident.monitorName, url: incident.monitorUrl },
  rule: { id: incident.ruleId, name: incident.ruleName },
  startedAt: new Date(incident.startedAt),
  openedAt: new Date(incident.openedAt),
  acknowledgedAt: dateOf(incident.acknowledgedAt),
  acknowledgedBy: personOf(incident.acknowledgedById, incident.acknowledgedByName),
  resolvedAt: dateOf(incident.resolvedAt),
  resolvedBy: personOf(incident.resolvedById, incident.resolvedByName),
  resolution: incident.resolution,
  durationSeconds: durationOf(incident, now.getTime()),
  rootCause: incident.rootCause,
  reopenCount: incident.reopenCount,
  flapping: isFlapping(incident),
  goodSince: isFlapping(incident) ? dateOf(incident.goodSince) : null,
  check: checkOf(incident),
  updatedAt: new Date(incident.updatedAt),
});

const checkOf = (incident: Incident): IncidentCheckDto | null =>
  incident.checkAt === null
    ? null
    : {
        at: new Date(incident.checkAt),
        statusCode: incident.checkStatusCode,
        error: incident.checkError as CheckError | null,
        detail: incident.checkDetail,
      };

export class IncidentPageDto {
  data: IncidentDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export class ListIncidentsDto extends PageQuery {
  /** Only incidents with this status. */
  @ApiProperty({ enum: incidentStatuses, required: false })
  @Optional()
  @IsIn(incidentStatuses)
  status?: IncidentStatus;

  /** Only incidents with this severity. */
  @ApiProperty({ enum: priorities, required: false })
  @Optional()
  @IsIn(priorities)
  severity?: Priority;

  /**
   * Only incidents of this monitor.
   * @example "mon_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  monitorId?: string;

  /**
   * Only incidents of this alert rule.
   * @example "rul_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  ruleId?: string;

  /**
   * Only incidents opened from this moment on.
   * @example "2026-01-01T00:00:00Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  from?: string;

  /**
   * Only incidents opened before this moment.
   * @example "2027-01-01T00:00:00Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  to?: string;
}

/** May be left out; null for none. */
const RootCause = (): PropertyDecorator => (target, member) => {
  ApiProperty({ type: String, required: false, nullable: true })(target, member);
  ValidateIf((_, value) => value !== null && value !== undefined)(target, member as string);
  ProseField(0, 2000)(target, member);
};

export class ResolveIncidentDto {
  /**
   * What was the matter. One that is known already stays when it is left out.
   * @example "The certificate of the upstream had been renewed without its chain."
   */
  @RootCause()
  rootCause?: string | null;
}

export class UpdateIncidentDto {
  /**
   * What was the matter; null for nothing known.
   * @example "The certificate of the upstream had been renewed without its chain."
   */
  @RootCause()
  rootCause?: string | null;
}
