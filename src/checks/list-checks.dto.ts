import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { isInstant } from '../common/instant.js';
import { IsInstant, Optional, QueryBoolean } from '../http/fields.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import { PageQuery } from '../http/page.dto.js';
import { type Trigger, triggers } from './result/check-result.js';

export class ListChecksDto extends PageQuery {
  /** Only checks that were ok, or only those that were not. */
  @QueryBoolean()
  ok?: boolean;

  /** Only checks that this made happen. */
  @ApiProperty({ enum: triggers, required: false })
  @Optional()
  @IsIn(triggers)
  trigger?: Trigger;

  /**
   * Only checks that were due from this moment on.
   * @example "2026-01-01T00:00:00Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  from?: string;

  /**
   * Only checks that were due before this moment.
   * @example "2027-01-01T00:00:00Z"
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @Optional()
  @IsInstant()
  to?: string;

  static validate({ from, to }: ListChecksDto): ValidationIssue[] {
    const moments = [from, to].map((each) =>
      typeof each === 'string' && isInstant(each) ? Date.parse(each) : Number.NaN,
    );
    return moments[0]! > moments[1]!
      ? [{ parameter: 'from', code: 'order', message: 'from must not be after to.' }]
      : [];
  }
}
