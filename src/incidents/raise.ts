/** What is known of the last incident of a rule and a monitor. Times are epoch milliseconds. */
export interface LatestIncident {
  readonly id: string;
  readonly isOpen: boolean;
  /** Whether channels are to take it for open: what opened it was no secret to them. */
  readonly isTold: boolean;
  /** When channels were last told that it is open: the cooldown counts from then. */
  readonly lastOpenedAt: number;
  /** When checks resolved it; null while it is open, and when something else did. */
  readonly autoResolvedAt: number | null;
}

/** A rule that fires, and since when. */
export interface Alarm {
  /** When the first of the checks was made that match in a row. */
  readonly since: number;
  /** When the last of them ended. */
  readonly at: number;
  readonly cooldownMs: number;
}

/** For how long after checks resolved an incident another failure is taken for the same one. */
export const REOPEN_MS = 5 * 60_000;

/** `tell`: it is open, and channels are told now of what a cooldown kept from them. */
export type Raise = 'open' | 'reopen' | 'reopen-silently' | 'tell';

/** What comes of an alarm; null for nothing. */
export function raiseOf(latest: LatestIncident | null, { since, at, cooldownMs }: Alarm): Raise | null {
  const coolsDown = latest !== null && at < latest.lastOpenedAt + cooldownMs;
  if (latest?.isOpen) return latest.isTold || coolsDown ? null : 'tell';
  if (latest?.autoResolvedAt != null && since <= latest.autoResolvedAt + REOPEN_MS)
    return coolsDown ? 'reopen-silently' : 'reopen';
  return coolsDown ? null : 'open';
}
