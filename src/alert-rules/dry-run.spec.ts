import { describe, expect, it } from '@jest/globals';
import type { RuleInput } from '../checks/result/rule-input.js';
import type { Condition } from './condition.js';
import { dryRun } from './dry-run.js';

const DAY = 86_400_000;
const good: RuleInput = {
  at: 0,
  verdict: 'ok',
  error: null,
  statusCode: 200,
  total: 123_456,
  certificateExpiresAt: 12.5 * DAY,
  uptime: { '24h': { percent: 99.93, checks: 1_440 }, '7d': { percent: 100, checks: 4 } },
};
const failed: RuleInput = { ...good, verdict: 'failed', error: 'timeout', statusCode: null };

function condition(text: string): Condition {
  const [kind, operator = null, value, window = null] = text.split(' ');
  return {
    condition: kind,
    operator,
    value: value === undefined ? null : Number(value),
    window,
  } as Condition;
}

const tried = (rule: string, reading: RuleInput) =>
  dryRun(condition(rule), [{ id: 'mon_1', name: 'API' }], new Map([['mon_1', reading]]))[0];

describe('dryRun', () => {
  it.each<[string, RuleInput, number | null, boolean | null, string]>([
    ['status-code not-equals 200', good, 200, false, 'The last response had the status 200.'],
    ['status-code not-equals 200', failed, null, true, 'There was no response: timeout.'],
    ['response-time above 100', good, 123.456, true, 'The last response took 123.456 ms.'],
    ['response-time above 100', failed, null, true, 'There was no response: timeout.'],
    [
      'uptime below 99.95 24h',
      good,
      99.93,
      true,
      'In 24h it was up for 99.93 % of the time observed, by 1440 checks.',
    ],
    ['uptime below 99.95 7d', good, null, null, 'There were 4 checks in 7d; 10 are needed.'],
    ['uptime below 99.95 30d', good, null, null, 'There were 0 checks in 30d; 10 are needed.'],
    ['certificate-expiry below 14', good, 12.5, true, 'The certificate ends in 12.5 days.'],
    [
      'certificate-expiry below 14',
      { ...good, at: 13 * DAY },
      -0.5,
      true,
      'The certificate ended 0.5 days ago.',
    ],
    [
      'certificate-expiry below 14',
      { ...good, certificateExpiresAt: null },
      null,
      null,
      'No certificate was seen.',
    ],
    ['check-failed', good, null, false, 'The last check was ok.'],
    ['check-failed', failed, null, true, 'The last check failed: timeout.'],
    [
      'check-failed',
      { ...failed, verdict: 'inconclusive' },
      null,
      null,
      'The last check was inconclusive: this server itself was unwell.',
    ],
  ])('%s', (rule, reading, value, wouldFire, explanation) => {
    expect(tried(rule, reading)).toEqual({
      monitorId: 'mon_1',
      monitorName: 'API',
      value,
      wouldFire,
      explanation,
    });
  });

  it('tells of every monitor in the order given, also of one that has not been checked', () => {
    const monitors = ['mon_2', 'mon_1'].map((id) => ({ id, name: id }));
    const trials = dryRun(condition('check-failed'), monitors, new Map([['mon_1', failed]]));
    expect(trials).toMatchObject([
      { monitorId: 'mon_2', wouldFire: null, explanation: 'It has not been checked yet.' },
      { monitorId: 'mon_1', wouldFire: true },
    ]);
  });
});
