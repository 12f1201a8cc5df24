import type { CheckResult } from '../src/checks/result/check-result.js';
import type { ProbeResult } from '../src/checks/result/probe-result.js';

interface Choices
  extends
    Partial<Omit<CheckResult, 'finding'>>,
    Partial<Pick<ProbeResult, 'error' | 'statusCode' | 'certificateExpiresAt'>> {
  readonly totalUs?: number;
}

/** A finished check: of a scheduled one that was ok, but for what a test chooses. */
export function outcome(choices: Choices = {}): CheckResult {
  const { dueAt = Date.parse('2026-03-01T10:00:00Z'), verdict = 'ok', totalUs = 20_000, ...chosen } = choices;
  const ok = verdict === 'ok';
  const { error = ok ? null : 'unexpected-status', statusCode = ok ? 200 : 500, ...rest } = chosen;
  const { certificateExpiresAt = null, ...identity } = rest;
  return {
    monitorId: 'mon_1',
    teamId: 'team_1',
    dueAt,
    startedAt: dueAt + 2,
    trigger: 'scheduled',
    verdict,
    inMaintenance: false,
    speaksForMs: 60_000,
    ...identity,
    probe: {
      ok,
      error,
      detail: ok ? null : 'It was not as expected.',
      isInternalError: false,
      statusCode,
      phases: { dns: 100, connect: 1_000, tls: null, firstByte: 10_000, total: totalUs },
      bodyBytes: 120,
      certificateExpiresAt,
      address: '203.0.113.7',
      excerpt: ok ? null : 'oh no',
    },
  };
}
