import type { HttpExchange } from '../../egress/exchange.js';
import { retryAfterMs, retryDelay } from './retry-backoff.js';
import type { Delivery } from './delivery.entity.js';

/** What came of one attempt. */
export type AttemptResult =
  | { readonly kind: 'delivered'; readonly statusCode: number | null }
  | {
      readonly kind: 'failed';
      /** For people. */
      readonly reason: string;
      readonly statusCode: number | null;
      /** How long the receiver asked us to wait, in milliseconds. */
      readonly retryAfter: number | null;
      /** Whether the receiver is gone for good and wants nothing more (410). */
      readonly isGone: boolean;
    }
  /** It was not tried: the claim would have ended before the attempt. */
  | { readonly kind: 'given-back' }
  /** It was not tried: its address has got as much as it can bear. Epoch milliseconds. */
  | { readonly kind: 'postponed'; readonly until: number };

/** What an attempt leaves in the row of its delivery. */
export type DeliveryUpdate = Pick<
  Delivery,
  'status' | 'attempts' | 'nextAttemptAt' | 'sendingUntil' | 'lastError' | 'lastStatusCode' | 'deliveredAt'
>;

const MAX_REASON = 300;

const POSTPONED = 'It waits: the address has got as many e-mails as one gets in an hour.';

export const failed = (
  reason: string,
  more: Partial<{ statusCode: number | null; retryAfter: number | null; isGone: boolean }> = {},
): AttemptResult => ({ kind: 'failed', reason, statusCode: null, retryAfter: null, isGone: false, ...more });

/** What an answer over HTTP means: 2xx is a success, and nothing else. */
export function attemptResultOf({ response, failure, detail }: HttpExchange, now: number): AttemptResult {
  if (!response) return failed(detail ?? `The receiver could not be reached (${failure}).`);
  const { statusCode, headers } = response;
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered', statusCode };
  const redirects = statusCode >= 300 && statusCode < 400 ? ', and redirections are not followed' : '';
  return failed(`The receiver answered ${statusCode}${redirects}.`, {
    statusCode,
    retryAfter: [429, 503].includes(statusCode) ? retryAfterMs(headers['retry-after'], now) : null,
    isGone: statusCode === 410,
  });
}

/** What becomes of a delivery after attempt number `attempts`. */
export function deliveryUpdateOf(
  result: AttemptResult,
  attempts: number,
  now: number,
  random: number,
): Partial<DeliveryUpdate> {
  switch (result.kind) {
    case 'delivered':
      return {
        status: 'delivered',
        nextAttemptAt: null,
        sendingUntil: null,
        lastError: null,
        lastStatusCode: result.statusCode,
        deliveredAt: now,
      };
    case 'given-back':
      return { attempts: attempts - 1, nextAttemptAt: now, sendingUntil: null };
    case 'postponed':
      return {
        attempts: attempts - 1,
        nextAttemptAt: result.until,
        sendingUntil: null,
        lastError: POSTPONED,
      };
    case 'failed': {
      const delay = result.isGone ? null : retryDelay(attempts, random, result.retryAfter);
      return {
        status: delay === null ? 'dead' : 'pending',
        nextAttemptAt: delay === null ? null : now + delay,
        sendingUntil: null,
        lastError: [...result.reason].slice(0, MAX_REASON).join(''),
        lastStatusCode: result.statusCode,
      };
    }
  }
}
