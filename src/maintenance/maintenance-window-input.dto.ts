import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, IsIn } from 'class-validator';
import { DescriptionField, IsInstant, NameField, Nullable, Optional, TimeZoneField } from '../http/fields.js';
import { IdListField } from '../http/id-list.js';
import { type Recurrence, recurrences } from './recurrence.js';

/** The settings that may always be left out. */
class OptionalSettingsDto {
  /** @example "New disks for the database" */
  @DescriptionField()
  description?: string | null;

  /** How often it recurs, at the same time by the clocks of its time zone: `none` when left out at creation. On a day that a month lacks, `monthly` falls on its last one. */
  @ApiProperty({ enum: recurrences, required: false, example: 'weekly' })
  @Optional()
  @IsIn(recurrences)
  recurrence?: Recurrence;

  /** The time zone whose clocks it recurs by: UTC when left out at creation. */
  @Optional()
  @TimeZoneField()
  timeZone?: string;

  /** No occurrence begins after it; null for no last one. Only for a window that recurs. */
  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    nullable: true,
    example: '2099-06-30T00:00:00.000Z',
  })
  @Nullable()
  @IsInstant()
  until?: string | null;
}

export class CreateMaintenanceWindowDto extends OptionalSettingsDto {
  /** @example "Database upgrade" */
  @NameField(120)
  title: string;

  /**
   * When it begins, or first begins. It may be earlier than now, if it is not over yet.
   * @example "2098-01-31T22:00:00.000Z"
   */
  @ApiProperty({ type: String, format: 'date-time' })
  @IsInstant()
  startsAt: string;

  /**
   * When it ends, or first ends. A window that recurs lasts a day, a week or 28 days at most.
   * @example "2098-01-31T23:30:00.000Z"
   */
  @ApiProperty({ type: String, format: 'date-time' })
  @IsInstant()
  endsAt: string;

  /**
   * The monitors it is for: when left out, all that the team has at that moment. No two windows of a monitor may overlap.
   * @example ["mon_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  @Optional()
  @ArrayNotEmpty()
  @IdListField(200)
  monitorIds?: string[];
}

export class UpdateMaintenanceWindowDto extends OptionalSettingsDto {
  /** @example "Database upgrade" */
  @Optional()
  @NameField(120)
  title?: string;

  /**
   * When it begins, or first begins.
   * @example "2098-01-31T22:00:00.000Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  startsAt?: string;

  /**
   * When it ends, or first ends. A window that recurs lasts a day, a week or 28 days at most.
   * @example "2098-01-31T23:30:00.000Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  endsAt?: string;

  /**
   * The monitors it is for. No two windows of a monitor may overlap.
   * @example ["mon_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  @Optional()
  @ArrayNotEmpty()
  @IdListField(200)
  monitorIds?: string[];
}
