import { describe as suite, expect, it } from '@jest/globals';
import type { Condition } from '../../alert-rules/condition.js';
import { causeOf, titleOf } from './condition-description.js';

const failed: Condition = { condition: 'check-failed', operator: null, value: null, window: null };

suite('titleOf', () => {
  it.each<[Partial<Condition>, string]>([
    [{}, 'API: check failed'],
    [{ condition: 'status-code', operator: 'equals', value: 500 }, 'API: status code is 500'],
    [{ condition: 'status-code', operator: 'not-equals', value: 200 }, 'API: status code is not 200'],
    [{ condition: 'response-time', operator: 'above', value: 2_000 }, 'API: response time is above 2000 ms'],
    [{ condition: 'response-time', operator: 'at-least', value: 10 }, 'API: response time is at least 10 ms'],
    [
      { condition: 'uptime', operator: 'at-most', value: 99.5, window: '7d' },
      'API: uptime over 7d is at most 99.5 %',
    ],
    [
      { condition: 'certificate-expiry', operator: 'below', value: 14 },
      'API: certificate ends in less than 14 days',
    ],
  ])('of %j', (edit, title) => {
    expect(titleOf({ ...failed, ...edit }, 'API')).toBe(title);
  });
});

suite('causeOf', () => {
  it('counts checks where it took several', () => {
    expect(causeOf(failed, 3)).toBe('3 checks in a row matched: check failed.');
    expect(causeOf(failed, 1)).toBe('It matched: check failed.');
  });
});
