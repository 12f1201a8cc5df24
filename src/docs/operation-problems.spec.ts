import { describe, expect, it } from '@jest/globals';
import { Ability } from '../auth/ability.js';
import type { AccessRule } from '../auth/access.decorators.js';
import { commonProblems, type Intake } from './operation-problems.js';

const anyCaller: AccessRule = { kind: 'any-caller' };

function codesOf(
  access: AccessRule,
  intake: Partial<Intake> = {},
  declared: { isUnlimited?: boolean } = {},
): string[] {
  const route = { access, isUnlimited: false, ...declared };
  const whole = { method: 'get', hasQuery: false, hasPathParameter: false, ...intake };
  return commonProblems(route, whole).map(({ code }) => code);
}

describe('commonProblems()', () => {
  it('gives a public route no problem of a credential', () => {
    expect(codesOf({ kind: 'public' }).filter((code) => code.startsWith('credential-'))).toEqual([]);
  });

  it('limits a public route by address', () => {
    expect(codesOf({ kind: 'public' })).toContain('rate-limited');
  });

  it('leaves an unlimited public route only what every server has', () => {
    expect(codesOf({ kind: 'public' }, {}, { isUnlimited: true })).toEqual([
      'request-malformed',
      'internal-error',
    ]);
  });

  it('gives every route with callers the problems of a credential', () => {
    expect(codesOf(anyCaller)).toEqual(
      expect.arrayContaining([
        'credential-missing',
        'credential-malformed',
        'ip-not-allowed',
        'plan-required',
      ]),
    );
  });

  it('gives a route for any caller no missing ability', () => {
    expect(codesOf(anyCaller)).not.toContain('ability-missing');
  });

  it('gives a route with abilities a missing one', () => {
    expect(codesOf({ kind: 'abilities', abilities: [Ability.TeamRead] })).toContain('ability-missing');
  });

  it('tells keys that people only may do it', () => {
    expect(codesOf({ kind: 'session', abilities: [] })).toContain('session-required');
  });

  it('names what can be wrong with a body for every method that can have one, also where none is wanted', () => {
    expect(codesOf(anyCaller, { method: 'delete' })).toContain('body-malformed');
    expect(codesOf(anyCaller, { method: 'get' })).not.toContain('body-malformed');
  });

  it('refuses unknown query parameters everywhere', () => {
    expect(codesOf(anyCaller, { hasQuery: false })).toContain('validation-failed');
  });

  it('names a fault of input once where there is a body and a query', () => {
    const codes = codesOf(anyCaller, { method: 'post', hasQuery: true });
    expect(codes.filter((code) => code === 'validation-failed')).toHaveLength(1);
  });

  it('gives a POST the problems of its Idempotency-Key', () => {
    expect(codesOf(anyCaller, { method: 'post' })).toContain('idempotency-in-progress');
  });

  it('has every route but those for machines hold the conditions of a request', () => {
    expect(codesOf(anyCaller)).toContain('precondition-failed');
    expect(codesOf(anyCaller, { method: 'post' })).toContain('precondition-failed');
  });
});
