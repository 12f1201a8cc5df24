import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { Optional } from '../http/fields.js';
import { PageQuery } from '../http/page.dto.js';
import { type LinkedWindow, scheduleOf } from './linked-window.js';
import {
  currentOccurrence,
  nextOccurrence,
  type Occurrence,
  type Recurrence,
  recurrences,
} from './recurrence.js';
import { type Status, statusAt, statuses } from './status.js';

export class OccurrenceDto {
  /** @example "2098-01-31T22:00:00.000Z" */
  startsAt: Date;
  /**
   * Not part of it any more.
   * @example "2098-01-31T23:30:00.000Z"
   */
  endsAt: Date;

  static from({ startsAt, endsAt }: Occurrence): OccurrenceDto {
    return Object.assign(new OccurrenceDto(), { startsAt: new Date(startsAt), endsAt: new Date(endsAt) });
  }
}

export class MaintenanceWindowDto {
  static readonly observed = ['status', 'currentOccurrence', 'nextOccurrence'];

  /** @example "mnt_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Database upgrade" */
  title: string;
  /** @example "New disks for the database" */
  description: string | null;
  /**
   * When it begins, or first began.
   * @example "2098-01-31T22:00:00.000Z"
   */
  startsAt: Date;
  /**
   * When it ends, or first ended.
   * @example "2098-01-31T23:30:00.000Z"
   */
  endsAt: Date;
  /** How often it recurs, at the same time by the clocks of its time zone. */
  @ApiProperty({ enum: recurrences, example: 'weekly' })
  recurrence: Recurrence;
  /**
   * The time zone whose clocks it recurs by.
   * @example "Europe/Rome"
   */
  timeZone: string;
  /** No occurrence begins after it; null for no last one. */
  until: Date | null;
  /**
   * The monitors it is for. None is left of a window whose monitors were all deleted: it is over then.
   * @example ["mon_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  monitorIds: string[];
  /** `active` during an occurrence, `upcoming` before one, also between two, and `past` after the last. */
  @ApiProperty({ enum: statuses, example: 'upcoming' })
  status: Status;
  /** The occurrence that is going on, or null. */
  @ApiProperty({ type: () => OccurrenceDto, nullable: true, example: null })
  currentOccurrence: OccurrenceDto | null;
  /** The occurrence that begins next, or null. */
  @ApiProperty({ type: () => OccurrenceDto, nullable: true })
  nextOccurrence: OccurrenceDto | null;
  /**
   * When it was ended early, for good; null if it was not.
   * @example null
   */
  endedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;

  static from(window: LinkedWindow, now: Date): MaintenanceWindowDto {
    const timetable = scheduleOf(window);
    const time = now.getTime();
    const current = currentOccurrence(timetable, time);
    const next = nextOccurrence(timetable, time);
    return Object.assign(new MaintenanceWindowDto(), {
      id: window.id,
      title: window.title,
      description: window.description,
      startsAt: window.startsAt,
      endsAt: window.endsAt,
      recurrence: window.recurrence,
      timeZone: window.timeZone,
      until: window.until,
      monitorIds: window.monitorIds,
      status: statusAt(timetable, time),
      currentOccurrence: current && OccurrenceDto.from(current),
      nextOccurrence: next && OccurrenceDto.from(next),
      endedAt: window.endedAt,
      createdAt: window.createdAt,
      updatedAt: window.updatedAt,
    });
  }
}

export class MaintenanceWindowPageDto {
  data: MaintenanceWindowDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export class ListMaintenanceWindowsDto extends PageQuery {
  /** Only windows with this status. */
  @ApiProperty({ enum: statuses, required: false })
  @Optional()
  @IsIn(statuses)
  status?: Status;

  /**
   * Only windows for this monitor.
   * @example "mon_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  monitorId?: string;
}
