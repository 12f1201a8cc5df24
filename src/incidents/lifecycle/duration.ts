import type { Incident } from './incident.entity.js';

/** For how many seconds it went on, or has gone on at `now` (epoch milliseconds). */
export const durationOf = (
  { startedAt, resolvedAt }: Pick<Incident, 'startedAt' | 'resolvedAt'>,
  now: number,
): number => Math.max(0, Math.round(((resolvedAt ?? now) - startedAt) / 1000));
