import type { IncidentMessage, Message } from '../src/notifications/senders/message.js';

/** An incident to tell of. */
export const incident: IncidentMessage = {
  incident: {
    id: 'inc_01jd8x0000e3vb6qk4mzt5w7ya',
    title: 'Checkout API: check failed',
    status: 'open',
    severity: 'high',
    startedAt: '2026-11-20T16:45:00.000Z',
    resolvedAt: null,
    durationSeconds: null,
    rootCause: null,
    reopenCount: 0,
    flapping: false,
    allClearAfterSeconds: null,
    resolution: null,
  },
  monitor: {
    id: 'mon_01jd8x0000e3vb6qk4mzt5w7ya',
    name: 'Checkout API',
    url: 'https://api.example.com/health?token=x',
  },
  check: {
    at: '2026-11-20T16:45:00.000Z',
    statusCode: 503,
    error: 'unexpected-status',
    detail: 'The endpoint answered 503 instead of 200.',
  },
  team: { id: 'team_01jd8x0000e3vb6qk4mzt5w7ya', name: 'Ada & sons' },
  rule: { id: 'rule_01jd8x0000e3vb6qk4mzt5w7ya', name: 'Check failed' },
};

/** The same when it is over. */
export const resolved: IncidentMessage = {
  ...incident,
  incident: {
    ...incident.incident,
    status: 'resolved',
    resolvedAt: '2026-11-20T18:50:00.000Z',
    durationSeconds: 7_500,
    rootCause: 'A full disk',
    resolution: 'recovered',
  },
  check: null,
};

/** The same when it failed again after an all-clear. */
export const unstable: IncidentMessage = {
  ...incident,
  incident: { ...incident.incident, reopenCount: 1, flapping: true, allClearAfterSeconds: 900 },
};

const timestamp = '2026-11-20T16:45:00.000Z';
export const created: Message = { type: 'incident.created', timestamp, data: incident };
export const reopened: Message = { type: 'incident.reopened', timestamp, data: unstable };
export const over: Message = { type: 'incident.resolved', timestamp, data: resolved };
export const test: Message = {
  type: 'channel.test',
  timestamp,
  data: { channel: { id: 'chn_1', name: 'On call' }, team: incident.team },
};
