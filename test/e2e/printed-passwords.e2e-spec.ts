import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { apiDocument } from '../contract.js';
import { expectProblem } from '../expect-problem.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ env: { SIGN_UP: 'open' } });
});
afterAll(() => app.stop());

const MEMBER = /password$/i;
const isLongEnough = (value: unknown): value is string => typeof value === 'string' && value.length >= 8;

/** What stands behind a member called a password, and the examples of schemas of such members. */
function inDocument(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (!MEMBER.test(name)) return inDocument(inner);
    return typeof inner === 'string' ? [inner] : ((inner as { examples?: unknown[] } | null)?.examples ?? []);
  });
}

/** What stands behind a member called a password, or is given as one to a command. What a shell fills in is none. */
const inText = (text: string): string[] =>
  [
    ...text.matchAll(/"\w*password"\s*:\s*"([^"]+)"/gi),
    ...text.matchAll(/PASSWORD=(?:"([^"]+)"|'([^']+)'|([^\s"'`]+))/g),
  ].map((found) => found.slice(1).find((each) => each !== undefined)!);

const printed = [
  ...new Set([...inDocument(apiDocument), ...inText(readFileSync('README.md', 'utf8'))]),
].filter((password) => isLongEnough(password) && !password.startsWith('$')) as string[];

describe('a password that the README or the API document prints', () => {
  it('is found', () => {
    expect(inText('{"password":"hunter23"} PULSE_PASSWORD=hunter24 x')).toEqual(['hunter23', 'hunter24']);
    expect(inDocument({ a: [{ newPassword: 'hunter25' }], password: { examples: ['hunter26'] } })).toEqual([
      'hunter25',
      'hunter26',
    ]);
    expect(printed.length).toBeGreaterThan(0);
  });

  it.each(printed)('is nobody\u2019s: %s', async (password) => {
    const account = { name: 'Joan', email: 'joan@example.com', password };
    expectProblem(await app.anyone.post('/v1/auth/sign-up', account), ValidationFailed, {
      errors: [{ pointer: '/password', code: 'printed-password', message: expect.any(String) }],
    });

    const { api } = await app.given.owner();
    const change = { currentPassword: 'whatever it was', newPassword: password };
    expectProblem(await api.put('/v1/account/password', change), ValidationFailed, {
      errors: [{ pointer: '/newPassword', code: 'printed-password', message: expect.any(String) }],
    });
  });
});
