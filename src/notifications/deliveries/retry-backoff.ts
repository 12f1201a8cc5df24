const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long after each failed attempt the next one follows. After as many retries a delivery is dead. */
const DELAYS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR];

/** How far a delay may differ from the schedule, so that what failed together does not come back together. */
const JITTER = 0.2;

/** The longest that a receiver may have us wait. */
const MOST = 6 * HOUR;

/**
 * Milliseconds from the failed attempt number `attempts` to the next one; null when it was the last.
 *
 * @param random from 0 to 1, without 1
 * @param retryAfter what the receiver asked for, in milliseconds. It can lengthen the wait, up to six hours.
 */
export function retryDelay(
  attempts: number,
  random: number,
  retryAfter: number | null = null,
): number | null {
  const delay = DELAYS[attempts - 1];
  if (delay === undefined) return null;
  const spread = Math.round(delay * (1 + JITTER * (2 * random - 1)));
  return Math.max(spread, Math.min(retryAfter ?? 0, MOST));
}

/** What the header `Retry-After` (RFC 9110, 10.2.3) asks for, in milliseconds from `now`: seconds or a date. Null where it says neither. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header)) return Number(header) * SECOND;
  const at = /^[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
