import { ApiProperty } from '@nestjs/swagger';
import type { Check } from './result/check.entity.js';
import { checkErrorSentences } from './result/check-errors.js';
import { checkId } from './result/check-id.js';
import { type Trigger, triggers, type Verdict, verdicts } from './result/check-result.js';
import { type CheckError, checkErrors } from './result/probe-result.js';
import { milliseconds, millisecondsOrNull } from './result/milliseconds.js';

/** How long the parts of a check took, in milliseconds; null for a part that was not reached or not needed. */
export class CheckTimesDto {
  /**
   * Resolving the host name.
   * @example 4.218
   */
  @ApiProperty({ type: Number, nullable: true })
  dns: number | null;
  /**
   * Opening the connection.
   * @example 11.902
   */
  @ApiProperty({ type: Number, nullable: true })
  connect: number | null;
  /**
   * Agreeing a TLS session.
   * @example 23.411
   */
  @ApiProperty({ type: Number, nullable: true })
  tls: number | null;
  /**
   * Waiting for the first byte of the response, from the last one of the request on.
   * @example 87.65
   */
  @ApiProperty({ type: Number, nullable: true })
  firstByte: number | null;
  /**
   * Everything, redirections included.
   * @example 128.914
   */
  total: number;
}

export class CheckDto {
  /** @example "chk_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /**
   * When it began.
   * @example "2026-11-20T16:45:00.012Z"
   */
  at: Date;
  /**
   * When it was due. Checks are ordered by this.
   * @example "2026-11-20T16:45:00.000Z"
   */
  dueAt: Date;
  /**
   * Milliseconds from when it was due to when it began.
   * @example 12
   */
  @ApiProperty({ type: 'integer' })
  lagMs: number;
  /** Whether the response was as the monitor expects it. */
  @ApiProperty({ example: false })
  ok: boolean;
  /** What was concluded: `inconclusive` is a check that failed while this server itself was unwell. It does not count. */
  @ApiProperty({ enum: verdicts, example: 'failed' })
  verdict: Verdict;
  /** Whether a maintenance window was open. Then it does not count either. */
  @ApiProperty({ example: false })
  inMaintenance: boolean;
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
   * What `error` means, and what exactly was wrong; null when it was ok.
   * @example "The status of the response is another one than expectedStatus. The status was 503, and 200 was expected."
   */
  message: string | null;
  /**
   * What exactly was wrong, where more is known than `error` says.
   * @example "The status was 503, and 200 was expected."
   */
  detail: string | null;
  /** What made it happen: the schedule, somebody by hand, or a failure that was looked at once more. */
  @ApiProperty({ enum: triggers, example: 'scheduled' })
  trigger: Trigger;
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
   * Of a check that was not ok: the beginning of the body, at most 1,024 characters. What the monitor
   * keeps secret is blotted out.
   * @example "<h1>Service Unavailable</h1>"
   */
  excerpt: string | null;

  static from(check: Omit<Check, 'seq'>): CheckDto {
    const { monitorId, dueAt, lagMs, error, detail, certificateExpiresAt } = check;
    return Object.assign(new CheckDto(), {
      id: checkId(monitorId, dueAt),
      at: new Date(dueAt + lagMs),
      dueAt: new Date(dueAt),
      lagMs,
      ok: check.ok,
      verdict: check.verdict,
      inMaintenance: check.inMaintenance,
      statusCode: check.statusCode,
      error,
      message: error && [checkErrorSentences[error], ...(detail ? [detail] : [])].join(' '),
      detail,
      trigger: check.cause,
      times: {
        dns: millisecondsOrNull(check.dnsUs),
        connect: millisecondsOrNull(check.connectUs),
        tls: millisecondsOrNull(check.tlsUs),
        firstByte: millisecondsOrNull(check.firstByteUs),
        total: milliseconds(check.totalUs),
      },
      bodyBytes: check.bodyBytes,
      certificateExpiresAt: certificateExpiresAt === null ? null : new Date(certificateExpiresAt),
      address: check.address,
      excerpt: check.excerpt,
    });
  }
}

export class CheckPageDto {
  data: CheckDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
