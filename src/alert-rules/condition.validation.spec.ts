import { describe, expect, it } from '@jest/globals';
import { conditionIssues, type ConditionInput } from './condition.validation.js';

const issues = (input: ConditionInput): string[] =>
  conditionIssues(input).map(({ pointer, code }) => `${pointer} ${code}`);

describe('conditionIssues', () => {
  it.each<ConditionInput>([
    { condition: 'status-code', operator: 'equals', value: 100 },
    { condition: 'status-code', operator: 'not-equals', value: 599 },
    { condition: 'response-time', operator: 'above', value: 1 },
    { condition: 'response-time', operator: 'at-least', value: 60_000 },
    { condition: 'response-time', operator: 'below', value: 500 },
    { condition: 'response-time', operator: 'at-most', value: 500 },
    { condition: 'uptime', operator: 'below', value: 99.95, window: '24h' },
    { condition: 'uptime', operator: 'at-most', value: 0, window: '7d' },
    { condition: 'uptime', operator: 'below', value: 100, window: '30d' },
    { condition: 'certificate-expiry', operator: 'below', value: 1 },
    { condition: 'certificate-expiry', operator: 'below', value: 365 },
    { condition: 'check-failed' },
    { condition: 'check-failed', operator: null, value: null, window: null },
  ])('finds none in %j', (input) => {
    expect(issues(input)).toEqual([]);
  });

  it.each<[ConditionInput, string[]]>([
    [{ condition: 'status-code' }, ['/operator required', '/value required']],
    [{ condition: 'status-code', operator: 'above', value: 200 }, ['/operator is-in']],
    [{ condition: 'status-code', operator: 'equals', value: 99 }, ['/value range']],
    [{ condition: 'status-code', operator: 'equals', value: 600 }, ['/value range']],
    [{ condition: 'status-code', operator: 'equals', value: 200.5 }, ['/value range']],
    [{ condition: 'status-code', operator: 'equals', value: 200, window: '24h' }, ['/window not-taken']],
    [{ condition: 'response-time', operator: 'equals', value: 0 }, ['/operator is-in', '/value range']],
    [{ condition: 'response-time', operator: 'above', value: 60_001 }, ['/value range']],
    [{ condition: 'uptime', operator: 'above', value: 99, window: '24h' }, ['/operator is-in']],
    [{ condition: 'uptime', operator: 'below', value: 99 }, ['/window required']],
    [{ condition: 'uptime', operator: 'below', value: 100.1, window: '7d' }, ['/value range']],
    [{ condition: 'uptime', operator: 'below', value: -0.1, window: '7d' }, ['/value range']],
    [{ condition: 'certificate-expiry', operator: 'below', value: 366 }, ['/value range']],
    [{ condition: 'certificate-expiry', operator: 'at-most', value: 0 }, ['/operator is-in', '/value range']],
    [
      { condition: 'check-failed', operator: 'equals', value: 200, window: '24h' },
      ['/operator not-taken', '/value not-taken', '/window not-taken'],
    ],
  ])('finds in %j %j', (input, expected) => {
    expect(issues(input)).toEqual(expected);
  });

  it.each<ConditionInput>([
    { condition: 'constructor', operator: 'equals' },
    { condition: null, value: 'x' },
    { condition: 'uptime', operator: 'toString', value: '99', window: '1d' },
  ])('leaves %j to other checks', (input) => {
    expect(issues(input)).toEqual([]);
  });
});
