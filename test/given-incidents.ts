import { AlertRulesRepository } from '../src/alert-rules/alert-rules.repository.js';
import { Transactions } from '../src/database/transactions.js';
import type { TransitionInput } from '../src/incidents/lifecycle/transitions.js';
import type { CheckSnapshot } from '../src/incidents/lifecycle/check-snapshot.js';
import { IncidentOpener } from '../src/incidents/lifecycle/incident-opener.js';
import type { TestApp } from './app.js';

/** A check that was answered with 503. */
export const badCheck = (at: number): CheckSnapshot => ({
  at,
  dueAt: at,
  trigger: 'scheduled',
  ok: false,
  error: 'unexpected-status',
  detail: 'The status was 503, and 200 was expected.',
  statusCode: 503,
  phases: { dns: null, connect: 1_000, tls: null, firstByte: 5_000, total: 10_000 },
  bodyBytes: 19,
  certificateExpiresAt: null,
  address: '203.0.113.7',
  excerpt: 'Service Unavailable',
});

/** That a check begun at `since` shows the same as any before it, as a process sees it that knows of no others. */
export const sightAt = (since: number, at: number, cooldownMs: number): TransitionInput => ({
  since,
  at,
  failedAt: null,
  isFiring: true,
  inMaintenance: false,
  cooldownMs,
  isOffered: false,
  now: at,
});

/** An open incident of a rule and a monitor, from a check made just now. Answers its id. */
export async function givenIncident(
  app: TestApp,
  teamId: string,
  ruleId: string,
  monitorId: string,
): Promise<string> {
  const rule = await app.get(AlertRulesRepository).find(teamId, ruleId);
  const at = app.clock.now().getTime();
  const trigger = {
    rule: rule!,
    monitor: { id: monitorId, teamId },
    input: sightAt(at, at + 10, rule!.cooldownSeconds * 1000),
    snapshots: [badCheck(at)],
  };
  const opener = app.get(IncidentOpener);
  const incident = await app.get(Transactions).run((tx) => opener.openOrContinue(tx, trigger));
  return incident!.id;
}
