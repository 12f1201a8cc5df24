import { ApiProperty } from '@nestjs/swagger';
import { type Trigger, triggers } from '../checks/result/check-result.js';
import { type CheckError, checkErrors } from '../checks/result/probe-result.js';
import { checkId } from '../checks/result/check-id.js';
import { CheckTimesDto } from '../checks/check.dto.js';
import { millisecondsOrNull, milliseconds } from '../checks/result/milliseconds.js';
import type { CheckSnapshot } from './lifecycle/check-snapshot.js';

/** A check that opened an incident. It is kept with the incident, also when the history of checks is over. */
export class EvidentCheckDto {
  /** @example "chk_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** When it began. */
  at: Date;
  /** What made it happen: the schedule, somebody by hand, or a failure that was looked at once more. */
  @ApiProperty({ enum: triggers, example: 'scheduled' })
  trigger: Trigger;
  /** Whether the response was as the monitor expects it: a rule can match a check that was. */
  @ApiProperty({ example: false })
  ok: boolean;
  /** Why it was not ok; null when it was. */
  @ApiProperty({ enum: [...checkErrors, null], nullable: true, example: 'unexpected-status' })
  error: CheckError | null;
  /**
   * What exactly was wrong.
   * @example "The status was 503, and 200 was expected."
   */
  detail: string | null;
  /**
   * Null without a response.
   * @example 503
   */
  @ApiProperty({ type: 'integer', nullable: true })
  statusCode: number | null;
  times: CheckTimesDto;
  /**
   * Bytes of the body after decompression, as far as it was read.
   * @example 1532
   */
  @ApiProperty({ type: 'integer' })
  bodyBytes: number;
  /** When the certificate of the endpoint ends; null where there was none to be seen. */
  certificateExpiresAt: Date | null;
  /**
   * Which address answered, or should have; null where none was found.
   * @example "203.0.113.7"
   */
  address: string | null;
  /**
   * Of a check that was not ok: the beginning of the body, at most 1,024 characters. What the monitor keeps
   * secret is blotted out.
   * @example "<h1>Service Unavailable</h1>"
   */
  excerpt: string | null;

  static from(check: CheckSnapshot, monitorId: string): EvidentCheckDto {
    const { phases, certificateExpiresAt } = check;
    return Object.assign(new EvidentCheckDto(), {
      id: checkId(monitorId, check.dueAt),
      at: new Date(check.at),
      trigger: check.trigger,
      ok: check.ok,
      error: check.error,
      detail: check.detail,
      statusCode: check.statusCode,
      times: {
        dns: millisecondsOrNull(phases.dns),
        connect: millisecondsOrNull(phases.connect),
        tls: millisecondsOrNull(phases.tls),
        firstByte: millisecondsOrNull(phases.firstByte),
        total: milliseconds(phases.total),
      },
      bodyBytes: check.bodyBytes,
      certificateExpiresAt: certificateExpiresAt === null ? null : new Date(certificateExpiresAt),
      address: check.address,
      excerpt: check.excerpt,
    });
  }
}
