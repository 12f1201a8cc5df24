import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Assertion, assertionIssues, storedAssertions } from './assertions.js';

const issuesOf = (assertion: unknown) =>
  assertionIssues([assertion]).map(({ pointer, code }) => `${pointer} ${code}`);

describe('assertionIssues()', () => {
  it.each<[Assertion]>([
    [{ type: 'body', operator: 'contains', value: 'ok' }],
    [{ type: 'body', operator: 'not-contains', value: 'error' }],
    [{ type: 'body', operator: 'matches', value: '"version":\\s*"\\d+' }],
    [{ type: 'json', path: '/status', operator: 'equals', value: 'ok' }],
    [{ type: 'json', path: 'data[0].on', operator: 'equals', value: false }],
    [{ type: 'json', path: '', operator: 'equals', value: null }],
    [{ type: 'json', path: '/n', operator: 'greater', value: -1.5 }],
    [{ type: 'json', path: '/n', operator: 'less', value: 0 }],
    [{ type: 'json', path: '/n', operator: 'exists' }],
    [{ type: 'header', name: 'Content-Type', operator: 'contains', value: 'json' }],
    [{ type: 'header', name: 'X-Empty', operator: 'equals', value: '' }],
    [{ type: 'response-time', operator: 'below', value: 500 }],
  ])('takes %j', (assertion) => {
    expect(issuesOf(assertion)).toEqual([]);
  });

  it.each([
    ['no object', 'ok', ['/assertions/0 is-object']],
    ['a list', [], ['/assertions/0 is-object']],
    ['an unknown type', { type: 'cookie' }, ['/assertions/0/type is-in']],
    ['a type that every object has', { type: 'constructor' }, ['/assertions/0/type is-in']],
    [
      'an unknown operator',
      { type: 'body', operator: 'above', value: 'x' },
      ['/assertions/0/operator is-in'],
    ],
    ['no operator', { type: 'response-time', value: 1 }, ['/assertions/0/operator is-in']],
    ['no value', { type: 'body', operator: 'contains' }, ['/assertions/0/value value']],
    ['an empty text', { type: 'body', operator: 'contains', value: '' }, ['/assertions/0/value value']],
    [
      'text for a number',
      { type: 'response-time', operator: 'below', value: '5' },
      ['/assertions/0/value value'],
    ],
    [
      'half a millisecond',
      { type: 'response-time', operator: 'below', value: 0.5 },
      ['/assertions/0/value value'],
    ],
    [
      'an object to compare with',
      { type: 'json', path: '/a', operator: 'equals', value: {} },
      ['/assertions/0/value value'],
    ],
    [
      'a value that nothing needs',
      { type: 'json', path: '/a', operator: 'exists', value: 1 },
      ['/assertions/0/value unknown-member'],
    ],
    [
      'a member of another type',
      { type: 'body', operator: 'contains', value: 'x', path: '/a' },
      ['/assertions/0/path unknown-member'],
    ],
    ['a broken path', { type: 'json', path: 'a..b', operator: 'exists' }, ['/assertions/0/path path']],
    [
      'a broken name',
      { type: 'header', name: 'a b', operator: 'equals', value: '' },
      ['/assertions/0/name name'],
    ],
  ])('refuses %s', (_, assertion, issues) => {
    expect(issuesOf(assertion)).toEqual(issues);
  });

  it.each([
    '(',
    '[z-a]',
    '(?=look-ahead)',
    '(a)\\1',
    'a{2000}',
    '(a{100}){100}',
    '.{900}.{900}',
    'a'.repeat(1_001),
  ])('refuses the regular expression %.20s', (value) => {
    expect(issuesOf({ type: 'body', operator: 'matches', value })).toEqual(['/assertions/0/value value']);
  });

  it('says why it refuses a regular expression', () => {
    const [issue] = assertionIssues([{ type: 'body', operator: 'matches', value: 'a(b' }]);
    expect(issue!.message).toBe('value is not a regular expression of RE2: missing closing ).');
  });

  it('names every fault with its own pointer', () => {
    const issues = assertionIssues([{ type: 'json', operator: 'less', path: 5, value: 'x' }, null]);
    expect(issues.map(({ pointer }) => pointer)).toEqual([
      '/assertions/0/path',
      '/assertions/0/value',
      '/assertions/1',
    ]);
  });

  it('takes 20 of them and not 21', () => {
    const assertion = { type: 'response-time', operator: 'below', value: 1 };
    expect(assertionIssues(Array.from({ length: 20 }, () => assertion))).toEqual([]);
    expect(assertionIssues(Array.from({ length: 21 }, () => assertion))).toMatchObject([
      { pointer: '/assertions', code: 'array-max-size' },
    ]);
  });

  it('judges whatever it is given', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void assertionIssues(value)));
    fc.assert(
      fc.property(
        fc.constantFrom('body', 'json', 'header', 'response-time'),
        fc.constantFrom('contains', 'matches', 'equals', 'less', 'exists', 'below'),
        fc.jsonValue(),
        (type, operator, value) => void issuesOf({ type, operator, value, path: value, name: value }),
      ),
    );
  });
});

describe('storedAssertions()', () => {
  it('turns paths into pointers', () => {
    expect(storedAssertions([{ type: 'json', path: '$.a[0]', operator: 'exists' }])).toEqual([
      { type: 'json', path: '/a/0', operator: 'exists' },
    ]);
  });
});
