import { DAY, HOUR, MINUTE, type Resolution } from '../storage/rollup.js';
import { startOf } from './rollup-ranges.js';

/** The times over which uptime is told. */
export const uptimeWindows = ['24h', '7d', '30d'] as const;
export type UptimeWindow = (typeof uptimeWindows)[number];

/** How many seconds a window is long, and with what it begins: rollups of minutes are not kept for long enough to begin every one. */
const windows: Readonly<Record<UptimeWindow, readonly [span: number, edge: Resolution]>> = {
  '24h': [DAY, MINUTE],
  '7d': [7 * DAY, HOUR],
  '30d': [30 * DAY, HOUR],
};

/** Where the window that ends with `now` begins: with the minute or the hour that many hours or days ago. */
export function windowStart(window: UptimeWindow, now: number): number {
  const [span, edge] = windows[window];
  return startOf(edge, now - span * 1000);
}

/** How many checks there were, by what came of them. Each is counted once. */
export interface CheckCounts {
  readonly ok: number;
  readonly failed: number;
  readonly inconclusive: number;
  /** Made in a maintenance window, whatever came of them. */
  readonly maintenance: number;
  /** Due and not made. */
  readonly skipped: number;
  /** For how long the monitor was up and down, by those that were good or failed. Milliseconds. */
  readonly upMs: number;
  readonly downMs: number;
}

export const noChecks: CheckCounts = {
  ok: 0,
  failed: 0,
  inconclusive: 0,
  maintenance: 0,
  skipped: 0,
  upMs: 0,
  downMs: 0,
};

export const sumOf = (a: CheckCounts, b: CheckCounts): CheckCounts => ({
  ok: a.ok + b.ok,
  failed: a.failed + b.failed,
  inconclusive: a.inconclusive + b.inconclusive,
  maintenance: a.maintenance + b.maintenance,
  skipped: a.skipped + b.skipped,
  upMs: a.upMs + b.upMs,
  downMs: a.downMs + b.downMs,
});

/** The checks that say whether the endpoint was up. */
export const conclusiveChecks = ({ ok, failed }: CheckCounts): number => ok + failed;

/** The checks that were made. */
export const checksMade = ({ ok, failed, inconclusive, maintenance }: CheckCounts): number =>
  ok + failed + inconclusive + maintenance;

/** The share of the observed time in which the monitor was up, in percent; null where no time was observed. */
export const uptimePercent = ({ upMs, downMs }: CheckCounts): number | null =>
  percentage(upMs, upMs + downMs);

/** `part` of `whole` in percent; null of nothing. To the thousandth and never rounded up: only all is 100. */
export const percentage = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.floor((part * 100_000) / whole) / 1000;
