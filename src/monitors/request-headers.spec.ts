import { describe, expect, it } from '@jest/globals';
import { headerIssues, mergeHeaders } from './request-headers.js';

const issuesOf = (headers: unknown, needsValues = true) =>
  headerIssues(headers, { needsValues }).map(({ pointer, code }) => `${pointer} ${code}`);

const named = (name: unknown) => [{ name, value: 'x' }];
const valued = (value: unknown) => [{ name: 'X-Key', value }];
const sealed = (value: string) => `sealed ${value}`;

describe('headerIssues()', () => {
  it.each(['Accept', 'X-Api-Key', 'x_y', '~!#$', '1'])('takes the name %s', (name) => {
    expect(issuesOf(named(name))).toEqual([]);
  });

  it.each([5, null, undefined, {}, '', 'a b', 'a:', ':method', 'ä', 'a\r\nb', 'a\0', 'x'.repeat(101)])(
    'refuses the name %j',
    (name) => {
      expect(issuesOf(named(name))).toEqual(['/headers/0/name token']);
    },
  );

  it.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'CONNECTION',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Upgrade',
    'Proxy-Connection',
    'Expect',
  ])('refuses %s, which is not for callers to set', (name) => {
    expect(issuesOf(named(name))).toEqual(['/headers/0/name forbidden-header']);
  });

  it.each(['', 'a', 'a b\tc', '"quoted"', 'é'])('takes the value %j', (value) => {
    expect(issuesOf(valued(value))).toEqual([]);
  });

  it.each(['a\nb', 'a\rb', 'a\0b', ' a', 'a ', 'a\u007f', '→'])('refuses the value %j', (value) => {
    expect(issuesOf(valued(value))).toEqual(['/headers/0/value field-value']);
  });

  it('says nothing of the value it refuses', () => {
    expect(JSON.stringify(headerIssues(valued('canary\n'), { needsValues: true }))).not.toContain('canary');
  });

  it('needs a value only where there is none to keep', () => {
    expect(issuesOf([{ name: 'a' }])).toEqual(['/headers/0/value required']);
    expect(issuesOf([{ name: 'a' }], false)).toEqual([]);
    expect(issuesOf([{ name: 'a', value: null }], false)).toEqual(['/headers/0/value is-string']);
  });

  it('refuses a name twice, whatever its case', () => {
    expect(issuesOf([...named('a'), ...named('A')])).toEqual(['/headers/1/name duplicate']);
  });

  it.each([
    ['no list', {}, '/headers is-array'],
    ['null', null, '/headers is-array'],
    ['a list in the list', [named('a')], '/headers/0 is-object'],
    ['an unknown member', [{ name: 'a', value: 'b', 'is/set': true }], '/headers/0/is~1set unknown-member'],
    [
      '31 headers',
      Array.from({ length: 31 }, (_, i) => ({ name: `a${i}`, value: '' })),
      '/headers array-max-size',
    ],
  ])('refuses %s', (_, headers, fault) => {
    expect(issuesOf(headers)).toEqual([fault]);
  });
});

describe('mergeHeaders()', () => {
  const stored = [
    { name: 'X-Key', value: 'sealed old' },
    { name: 'X-Other', value: 'sealed other' },
  ];

  it('keeps the value of a header that is left without one', () => {
    expect(mergeHeaders(stored, [{ name: 'x-key' }, { name: 'New', value: 'new' }], sealed)).toEqual({
      headers: [
        { name: 'x-key', value: 'sealed old' },
        { name: 'New', value: 'sealed new' },
      ],
      issues: [],
    });
  });

  it('finds no value for a header that was not there', () => {
    expect(mergeHeaders(stored, [{ name: 'X-Key' }, { name: 'New' }], sealed).issues).toMatchObject([
      { pointer: '/headers/1/value', code: 'required' },
    ]);
  });

  it('keeps all headers where none are given', () => {
    expect(mergeHeaders(stored, undefined, sealed).headers).toEqual(stored);
  });

  it('removes all headers for an empty list', () => {
    expect(mergeHeaders(stored, [], sealed).headers).toEqual([]);
  });
});
