import { shardOf, slotAfter } from '../common/slot-grid.js';
import { Monitor } from './monitor.entity.js';
import { MonitorState } from './monitor-state.entity.js';

/** A monitor, and what is known from its checks. */
export interface MonitorWithState extends Monitor {
  readonly joined: MonitorState;
}

/** What to select to get them. */
export const monitorWithState = {
  entity: Monitor as new () => MonitorWithState,
  join: { entity: MonitorState, on: 'j.monitorId = t.id' },
};

/** What a monitor begins with, and begins again with when it is resumed. */
export const unchecked = (at: Date) => ({
  verdict: 'pending' as const,
  since: at.getTime(),
  doubtedSince: null,
  goodInRow: 0,
  badInRow: 0,
  lastDueAt: null,
});

/** What is known of a monitor that was just made. */
export const initialState = (monitorId: string, at: Date): MonitorState => ({
  ...unchecked(at),
  monitorId,
  shard: shardOf(monitorId),
  lastCheckedAt: null,
  lastError: null,
  certificateExpiresAt: null,
  observedVerdict: null,
  observedFrom: null,
  observedUntil: null,
  pausedAt: null,
  uptime24h: null,
  epoch: 0,
});

/** When a monitor is checked next; null while it is paused. A first check is due at once. */
export function nextCheckAt(
  { id, active, intervalSeconds }: Monitor,
  { lastDueAt, since }: MonitorState,
  now: Date,
): Date | null {
  if (!active) return null;
  if (lastDueAt === null) return new Date(since);
  return new Date(slotAfter(id, intervalSeconds * 1000, Math.max(now.getTime(), lastDueAt)));
}
