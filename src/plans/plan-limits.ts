import { Plan } from '../auth/plan.js';

/** The ways to be notified. */
export const channelTypes = ['email', 'slack', 'webhook'] as const;
export type ChannelType = (typeof channelTypes)[number];

/** What a plan includes. */
export interface PlanLimits {
  /** Whether API keys work. Sessions work on every plan. */
  readonly apiAccess: boolean;
  readonly monitors: number;
  readonly members: number;
  readonly apiKeys: number;
  /** The intervals a monitor may have, in seconds, ascending. */
  readonly intervals: readonly number[];
  /** How long checks are kept, in days. */
  readonly historyDays: number;
  /** The types of notification channels that may be active. */
  readonly channels: readonly ChannelType[];
  /** For each API key. */
  readonly requestsPerMinute: number;
}

const longIntervals = [60, 120, 300, 600, 900, 1800, 3600];

export const planLimits: Readonly<Record<Plan, PlanLimits>> = {
  free: {
    apiAccess: false,
    monitors: 10,
    members: 1,
    apiKeys: 0,
    intervals: longIntervals,
    historyDays: 7,
    channels: ['email'],
    requestsPerMinute: 0,
  },
  starter: {
    apiAccess: true,
    monitors: 50,
    members: 3,
    apiKeys: 10,
    intervals: longIntervals,
    historyDays: 30,
    channels: channelTypes,
    requestsPerMinute: 120,
  },
  professional: {
    apiAccess: true,
    monitors: 200,
    members: 10,
    apiKeys: 50,
    intervals: [15, 30, ...longIntervals],
    historyDays: 90,
    channels: channelTypes,
    requestsPerMinute: 600,
  },
  team: {
    apiAccess: true,
    monitors: 1000,
    members: 25,
    apiKeys: 250,
    intervals: [5, 10, 15, 30, ...longIntervals],
    historyDays: 365,
    channels: channelTypes,
    requestsPerMinute: 3000,
  },
};

const ascending: readonly Plan[] = [Plan.Free, Plan.Starter, Plan.Professional, Plan.Team];

/** The smallest plan that has what `includes` asks for, or null where none has. */
export const smallestPlan = (includes: (limits: PlanLimits) => boolean): Plan | null =>
  ascending.find((plan) => includes(planLimits[plan])) ?? null;

/** Every interval that some plan includes, in seconds, ascending. */
export const allIntervals: readonly number[] = [
  ...new Set(ascending.flatMap((plan) => planLimits[plan].intervals)),
].toSorted((a, b) => a - b);
