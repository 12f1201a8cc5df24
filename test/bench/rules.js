// Measures what it costs to hold checks against alert rules: `npm run build && node test/bench/rules.js`.
//
// CPU time of the evaluation alone, in memory, of 1,000 monitors in turn: while all is well, and while every
// check fails and its incidents are open already.
import 'reflect-metadata';
import { newId } from '../../dist/common/id.js';
import { CheckResultObservers } from '../../dist/checks/result/check-result-observers.js';
import { MonitorRuleStates, RuleStateRegistry } from '../../dist/incidents/evaluation/rule-state-registry.js';
import { RuleEvaluator } from '../../dist/incidents/evaluation/rule-evaluator.js';

const MONITORS = 1_000;
const ROUNDS = 200;

const ruleOf = (i) => ({
  id: newId('rul'),
  ...(i % 2 === 0
    ? { condition: 'check-failed', operator: null, value: null, window: null }
    : { condition: 'response-time', operator: 'above', value: 500 + i, window: null }),
  cooldownSeconds: 900,
  triggerAfter: 1 + (i % 3),
  resolveAfter: 2,
});

const success = {
  ok: true,
  error: null,
  detail: null,
  isInternalError: false,
  statusCode: 200,
  phases: { dns: 100, connect: 200, tls: 300, firstByte: 400, total: 1_000 },
  bodyBytes: 10,
  certificateExpiresAt: null,
  address: '192.0.2.1',
  excerpt: null,
};
const failure = { ...success, ok: false, error: 'timeout', statusCode: null };

function measure(rules, { fails }) {
  const list = Array.from({ length: rules }, (_, i) => ruleOf(i));
  const registry = new RuleStateRegistry();
  const settled = { of: (move, { state, rule }) => step(move, state, rule) };
  const open = { id: 'inc', isOpen: true, lastWord: 'failing', isSettled: false, goodSince: null };
  const step = (move, state, rule) => {
    state.markSynced(move, rule, { ...open, lastOpenedAt: 0, lastToldAt: 0, resolvedAt: null });
    return { apply: async () => {}, committed: () => {} };
  };
  const evaluator = new RuleEvaluator(
    new CheckResultObservers(),
    { of: () => list },
    registry,
    { statesOf: async () => [] },
    settled,
  );
  const ids = Array.from({ length: MONITORS }, () => newId('mon'));
  const joined = { verdict: 'up', certificateExpiresAt: null };
  for (const id of ids) registry.set(new MonitorRuleStates({ id, teamId: 'team', joined }));
  const round = (at) => {
    for (const monitorId of ids)
      evaluator.observe({
        monitorId,
        teamId: 'team',
        dueAt: at,
        startedAt: at,
        trigger: 'scheduled',
        verdict: fails ? 'failed' : 'ok',
        inMaintenance: false,
        speaksForMs: 5_000,
        probe: fails ? failure : success,
      });
  };
  for (let i = 0; i < ROUNDS; i += 1) round(i * 1_000);
  const began = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i += 1) round((ROUNDS + i) * 1_000);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / (MONITORS * ROUNDS);
}

for (const rules of [1, 5, 20])
  for (const fails of [false, true]) {
    const us = measure(rules, { fails });
    const state = fails ? 'all fails  ' : 'all is well';
    console.log(
      `${String(rules).padStart(2)} rules, ${state}: ${us.toFixed(2)} us a check, ${(us / rules).toFixed(3)} us a rule`,
    );
  }
