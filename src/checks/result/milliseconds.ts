/** Microseconds, as durations are stored, in milliseconds, as callers are told them. */
export const milliseconds = (us: number): number => Math.round(us) / 1000;

export const millisecondsOrNull = (us: number | null): number | null =>
  us === null ? null : milliseconds(us);
