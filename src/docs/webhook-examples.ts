import type { AlertRuleWithLinks } from '../alert-rules/linked-rule.js';
import type { CheckSnapshot } from '../incidents/lifecycle/check-snapshot.js';
import type { CheckSummary, Incident } from '../incidents/lifecycle/incident.entity.js';
import { continued, newIncident } from '../incidents/lifecycle/incident-factory.js';
import { incidentMessageOf } from '../incidents/lifecycle/incident-message.js';
import type { Message } from '../notifications/senders/message.js';
import type { BlindEpisode } from '../sight/blind-episode.entity.js';
import { sightMessage } from '../sight/sight-message.js';

const COOLDOWN_SECONDS = 900;

const team = { id: 'team_01jd8x0000f3b9s0d2m8c5p1rk', name: 'Analytical Engines' };
const monitorId = 'mon_01jd8x0000e3vb6qk4mzt5w7ya';

const rule = {
  id: 'rul_01jd8x0000e3vb6qk4mzt5w7ya',
  name: 'Check failed',
  condition: 'check-failed',
  priority: 'high',
  channelIds: [],
} as unknown as AlertRuleWithLinks;

const failedAt = Date.parse('2026-11-20T16:45:00.204Z');
const recoveredAt = Date.parse('2026-11-20T17:02:00.204Z');
const failedAgainAt = Date.parse('2026-11-20T17:09:00.204Z');

/** How long the checks took. */
const TOTAL_MS = 96;

const bad = (at: number): CheckSummary => ({
  at,
  statusCode: 503,
  error: 'unexpected-status',
  detail: 'The status is 503 and not 200.',
});
const good = (at: number): CheckSummary => ({ at, statusCode: 200, error: null, detail: null });

const begun: Incident = {
  ...newIncident(
    {
      rule,
      monitor: { id: monitorId, teamId: team.id },
      input: {
        since: failedAt,
        at: failedAt + TOTAL_MS,
        failedAt: null,
        isFiring: true,
        inMaintenance: false,
        cooldownMs: COOLDOWN_SECONDS * 1_000,
        isOffered: false,
        now: failedAt + TOTAL_MS,
      },
      snapshots: [bad(failedAt) as CheckSnapshot],
    },
    { name: 'Checkout API', url: 'https://api.example.com/health' },
    failedAt + TOTAL_MS,
  ),
  id: 'inc_01jd8x0000e3vb6qk4mzt5w7ya',
};

const over: Incident = {
  ...begun,
  status: 'resolved',
  resolvedAt: recoveredAt + TOTAL_MS,
  resolution: 'recovered',
  lastWord: 'good',
};

const again: Incident = {
  ...over,
  ...continued('reopen', over, failedAgainAt + TOTAL_MS, failedAgainAt + TOTAL_MS),
};

const incidentMessage = (incident: Incident, check: CheckSummary, isOver = false) => ({
  timestamp: new Date(check.at + TOTAL_MS).toISOString(),
  data: incidentMessageOf(incident, check, {
    teamName: team.name,
    cooldownMs: isOver ? null : COOLDOWN_SECONDS * 1_000,
  }),
});

const episode = {
  id: 'bln_01jd8x0000e3vb6qk4mzt5w7ya',
  startedAt: Date.parse('2026-11-20T16:45:00.000Z'),
  endedAt: null,
} as BlindEpisode;
const endedAt = Date.parse('2026-11-20T17:02:00.000Z');

/** A message of every type that webhooks get, as the server makes it. */
export const webhookExamples: { readonly [T in Message['type']]: Message & { readonly type: T } } = {
  'incident.created': { type: 'incident.created', ...incidentMessage(begun, bad(failedAt)) },
  'incident.reopened': { type: 'incident.reopened', ...incidentMessage(again, bad(failedAgainAt)) },
  'incident.resolved': { type: 'incident.resolved', ...incidentMessage(over, good(recoveredAt), true) },
  'monitoring.blind': {
    type: 'monitoring.blind',
    timestamp: '2026-11-20T16:46:00.000Z',
    data: sightMessage(episode, { active: 12, unknown: 12 }, team),
  },
  'monitoring.restored': {
    type: 'monitoring.restored',
    timestamp: new Date(endedAt).toISOString(),
    data: sightMessage({ ...episode, endedAt }, { active: 12, unknown: 0 }, team),
  },
  'channel.test': {
    type: 'channel.test',
    timestamp: '2026-11-20T16:45:00.000Z',
    data: { channel: { id: 'chn_01jd8x0000e3vb6qk4mzt5w7ya', name: 'On call' }, team },
  },
};
