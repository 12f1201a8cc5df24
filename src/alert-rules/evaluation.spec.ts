import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { RuleInput } from '../checks/result/rule-input.js';
import { type Condition, conditions, conditionShapes } from './condition.js';
import { matches } from './evaluation.js';

const DAY = 86_400_000;

const good: RuleInput = {
  at: Date.UTC(2026, 10, 20),
  verdict: 'ok',
  error: null,
  statusCode: 200,
  total: 250_000,
  certificateExpiresAt: null,
  uptime: {},
};
const noResponse: RuleInput = { ...good, verdict: 'failed', error: 'timeout', statusCode: null };

function condition(text: string): Condition {
  const [kind, operator = null, value, window = null] = text.split(' ');
  return {
    condition: kind,
    operator,
    value: value === undefined ? null : Number(value),
    window,
  } as Condition;
}

/** `reading` as `certificateExpiresAt` in so many days. */
const expiring = (days: number): RuleInput => ({ ...good, certificateExpiresAt: good.at + days * DAY });
const up = (percent: number, checks: number): RuleInput => ({
  ...good,
  uptime: { '7d': { percent, checks } },
});

describe('status-code', () => {
  it.each([
    ['equals 500', 500, true],
    ['equals 500', 501, false],
    ['not-equals 200', 200, false],
    ['not-equals 200', 204, true],
  ])('%s of %d is %s', (text, statusCode, expected) => {
    expect(matches(condition(`status-code ${text}`), { ...good, statusCode })).toBe(expected);
  });

  it('takes no response for no code at all', () => {
    expect(matches(condition('status-code equals 200'), noResponse)).toBe(false);
    expect(matches(condition('status-code not-equals 200'), noResponse)).toBe(true);
  });
});

describe('response-time', () => {
  it.each([
    ['above', [false, false, true]],
    ['at-least', [false, true, true]],
    ['below', [true, false, false]],
    ['at-most', [true, true, false]],
  ])('%s counts to the microsecond', (operator, expected) => {
    const totals = [249_999, 250_000, 250_001];
    const found = totals.map((total) =>
      matches(condition(`response-time ${operator} 250`), { ...good, total }),
    );
    expect(found).toEqual(expected);
  });

  it.each([
    ['above', true],
    ['at-least', true],
    ['below', false],
    ['at-most', false],
  ])('%s takes no response for one that takes for ever', (operator, expected) => {
    expect(matches(condition(`response-time ${operator} 60000`), noResponse)).toBe(expected);
  });
});

describe('uptime', () => {
  it.each([
    ['below 57', up(57, 100), false],
    ['below 57.1', up(57, 100), true],
    ['at-most 57', up(57, 100), true],
    ['at-most 56.9', up(57, 100), false],
    ['below 99.9', up(99.899, 10_000), true],
    ['below 100', up(100, 10), false],
    ['at-most 0', up(0, 10), true],
  ])('%s', (text, reading, expected) => {
    expect(matches(condition(`uptime ${text} 7d`), reading)).toBe(expected);
  });

  it('cannot be told from fewer than 10 checks', () => {
    expect(matches(condition('uptime at-most 100 7d'), up(0, 9))).toBeNull();
    expect(matches(condition('uptime at-most 100 7d'), up(0, 10))).toBe(true);
  });

  it('is that of the window of the rule', () => {
    expect(matches(condition('uptime at-most 100 24h'), up(50, 100))).toBeNull();
  });
});

describe('certificate-expiry', () => {
  it.each([
    [14, false],
    [13.999, true],
    [-1, true],
  ])('below 14 days with %d days left', (days, expected) => {
    expect(matches(condition('certificate-expiry below 14'), expiring(days))).toBe(expected);
  });

  it('cannot be told without a certificate', () => {
    expect(matches(condition('certificate-expiry below 14'), good)).toBeNull();
  });
});

describe('check-failed', () => {
  it('follows the verdict', () => {
    expect(matches(condition('check-failed'), good)).toBe(false);
    expect(matches(condition('check-failed'), noResponse)).toBe(true);
    expect(matches(condition('check-failed'), { ...good, verdict: 'failed' })).toBe(true);
  });
});

/** Any condition that a rule can have. */
const anyCondition: fc.Arbitrary<Condition> = fc.constantFrom(...conditions).chain((kind) => {
  const { operators, value, hasWindow } = conditionShapes[kind];
  return fc.record({
    condition: fc.constant(kind),
    operator: operators.length === 0 ? fc.constant(null) : fc.constantFrom(...operators),
    value: value ? fc.integer({ min: value.least, max: value.most }) : fc.constant(null),
    window: hasWindow ? fc.constantFrom('24h' as const, '7d' as const) : fc.constant(null),
  });
});

/** Any reading that leaves nothing open. */
const anyReading: fc.Arbitrary<RuleInput> = fc.record({
  at: fc.constant(good.at),
  verdict: fc.constantFrom('ok' as const, 'failed' as const),
  error: fc.constant(null),
  statusCode: fc.option(fc.integer({ min: 100, max: 599 })),
  total: fc.integer({ min: 0, max: 60_000_000 }),
  certificateExpiresAt: fc.integer({ min: good.at - 400 * DAY, max: good.at + 400 * DAY }),
  uptime: fc
    .record({ percent: fc.double({ min: 0, max: 100, noNaN: true }), checks: fc.integer({ min: 10 }) })
    .map((uptime) => ({ '24h': uptime, '7d': uptime })),
});

describe('every condition', () => {
  it('says yes or no to what is known', () => {
    fc.assert(
      fc.property(anyCondition, anyReading, (each, reading) => {
        expect(typeof matches(each, reading)).toBe('boolean');
      }),
    );
  });

  it('says nothing of an inconclusive check', () => {
    fc.assert(
      fc.property(anyCondition, anyReading, (each, reading) => {
        expect(matches(each, { ...reading, verdict: 'inconclusive' })).toBeNull();
      }),
    );
  });
});
