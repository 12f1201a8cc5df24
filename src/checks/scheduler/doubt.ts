const MOST = 60_000;
const INTERVALS = 3;

/** How long what a monitor was last known to be is shown while its checks tell nothing: a minute or three intervals, whichever is over first. */
export const doubtLimit = (interval: number): number => Math.min(MOST, INTERVALS * interval);

/**
 * Whether nobody knows any more how a monitor is, whose checks have told nothing since `doubtedSince`; null
 * where the last one did. Times are epoch milliseconds: after the clock was set back it is over at once.
 */
export const isLost = (doubtedSince: number | null, interval: number, now: number): boolean =>
  doubtedSince !== null && Math.abs(now - doubtedSince) >= doubtLimit(interval);
