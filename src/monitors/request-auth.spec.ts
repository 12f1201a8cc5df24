import { describe, expect, it } from '@jest/globals';
import { type AuthInput, authIssues, mergeAuth, type RequestAuth } from './request-auth.js';

const issuesOf = (auth: unknown, isWhole = true) =>
  authIssues(auth, { isWhole }).map(({ pointer, code }) => `${pointer} ${code}`);

const sealed = (value: string) => `sealed ${value}`;
const basic: RequestAuth = { type: 'basic', username: 'ada', password: 'sealed old' };

describe('authIssues()', () => {
  it.each([
    [undefined],
    [{ type: 'none' }],
    [{ type: 'basic', username: 'ada', password: 'päss word' }],
    [{ type: 'basic', username: '', password: '' }],
    [{ type: 'bearer', token: 'mF_9.B5f-4.1JqM' }],
  ])('takes %j', (auth) => {
    expect(issuesOf(auth)).toEqual([]);
  });

  it.each([
    [null, ['/auth is-object']],
    ['basic', ['/auth is-object']],
    [[], ['/auth is-object']],
    [{}, ['/auth/type is-in']],
    [{ type: 'digest' }, ['/auth/type is-in']],
    [{ type: 'toString' }, ['/auth/type is-in']],
    [{ type: 'none', token: 'x' }, ['/auth/token unknown-member']],
    [{ type: 'basic' }, ['/auth/username required', '/auth/password required']],
    [{ type: 'basic', username: 'a:b', password: 5 }, ['/auth/username username', '/auth/password password']],
    [{ type: 'basic', username: 'a', password: 'b\nc' }, ['/auth/password password']],
    [{ type: 'bearer', token: '' }, ['/auth/token token']],
    [{ type: 'bearer', token: 'a\r\nb' }, ['/auth/token token']],
    [{ type: 'bearer', token: null }, ['/auth/token token']],
  ])('refuses %j', (auth, issues) => {
    expect(issuesOf(auth)).toEqual(issues);
  });

  it('lets an edit leave out what is stored', () => {
    expect(issuesOf({ password: 'new' }, false)).toEqual([]);
    expect(issuesOf({ type: 'basic', username: 'b' }, false)).toEqual([]);
    expect(issuesOf(null, false)).toEqual([]);
  });
});

describe('mergeAuth()', () => {
  it.each<[string, AuthInput | null | undefined, RequestAuth]>([
    ['keeps all of it where nothing is given', undefined, basic],
    ['ends it with null', null, { type: 'none' }],
    ['ends it by its type', { type: 'none' }, { type: 'none' }],
    ['keeps the password of another user name', { username: 'bob' }, { ...basic, username: 'bob' }],
    ['seals a new password', { type: 'basic', password: 'new' }, { ...basic, password: 'sealed new' }],
    ['begins anew with another type', { type: 'bearer', token: 't' }, { type: 'bearer', token: 'sealed t' }],
  ])('%s', (_, input, auth) => {
    expect(mergeAuth(basic, input, sealed)).toEqual({ auth, issues: [] });
  });

  it('misses what another type needs', () => {
    expect(mergeAuth(basic, { type: 'bearer' }, sealed).issues).toMatchObject([
      { pointer: '/auth/token', code: 'required' },
    ]);
  });

  it('refuses a member that the stored type does not have', () => {
    expect(mergeAuth(basic, { token: 't' }, sealed).issues).toMatchObject([
      { pointer: '/auth/token', code: 'unknown-member' },
    ]);
  });
});
