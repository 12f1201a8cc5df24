import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import {
  AbilityEscalation,
  AbilityMissing,
  AddressNotAllowed,
  CredentialExpired,
  CredentialInvalid,
  CredentialMalformed,
  CredentialMissing,
  CredentialRevoked,
  PlanRequired,
  SessionRequired,
} from '../../src/auth/auth.problems.js';
import { generateToken } from '../../src/crypto/token.js';
import { PlanLimitReached } from '../../src/plans/plans.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Key, Person } from '../given.js';
import type { Headers } from '../http-client.js';
import { HOUR } from '../test-clock.js';

const { ApiKeysRead, ApiKeysWrite, AuditRead, MonitorsRead, TeamRead } = Ability;

let app: TestApp;
let ada: Person;
let key: Key;
beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
  key = await app.given.key(ada);
});
afterAll(() => app.stop());

const challenge = (more = '') => `Bearer realm="pulseapi"${more}`;
const INVALID_REQUEST = challenge(', error="invalid_request"');
const INVALID_TOKEN = challenge(', error="invalid_token"');

/** `token` with its character at `index` replaced by another one of the alphabet. */
const flipped = (token: string, index: number) =>
  token.slice(0, index) + (token[index] === 'a' ? 'b' : 'a') + token.slice(index + 1);

describe('a request without a credential', () => {
  it('is told which one is missing', async () => {
    const answer = await app.anyone.get('/v1/me');
    expectProblem(answer, CredentialMissing);
    expect(answer.headers['www-authenticate']).toBe(challenge());
  });
});

describe('a credential of another scheme', () => {
  it.each([`Basic ${Buffer.from('a:b').toString('base64')}`, 'Digest username="a"', 'Token token=x'])(
    'is none: %s',
    async (authorization) => {
      const answer = await app.anyone.get('/v1/me', { authorization });
      expectProblem(answer, CredentialMissing);
      expect(answer.headers['www-authenticate']).toBe(challenge());
    },
  );
});

describe('a credential that is not sent as it should be', () => {
  const malformed: Array<[string, () => Headers]> = [
    ['without a scheme', () => ({ authorization: key.token })],
    ['without a token', () => ({ authorization: 'Bearer' })],
    ['that is empty', () => ({ authorization: '' })],
    ['that is garbage', () => ({ authorization: '\u00ff;;' })],
    ['of two tokens', () => ({ authorization: `Bearer ${key.token} ${key.token}` })],
    ['in quotes', () => ({ authorization: `Bearer "${key.token}"` })],
    ['with a tab', () => ({ authorization: `Bearer\t${key.token}` })],
    ['in two headers', () => ({ authorization: [`Bearer ${key.token}`, `Bearer ${key.token}`] })],
    [
      'in two headers, of which the first is wrong',
      () => ({ authorization: ['Bearer x', `Bearer ${key.token}`] }),
    ],
  ];

  it.each(malformed)('is refused: one %s', async (_, headers) => {
    const answer = await app.anyone.get('/v1/me', headers());
    expectProblem(answer, CredentialMalformed);
    expect(answer.headers['www-authenticate']).toBe(INVALID_REQUEST);
  });

  it('is refused in the URL, also beside a header that is right', async () => {
    const url = `/v1/me?access_token=${key.token}`;
    for (const answer of [await app.anyone.get(url), await key.api.get(url)]) {
      expectProblem(answer, CredentialMalformed);
      expect(answer.headers['www-authenticate']).toBe(INVALID_REQUEST);
      expect(answer.text).not.toContain(key.token.slice(10, 40));
    }
  });

  it('is refused in the body, also beside a header that is right', async () => {
    const body = { access_token: key.token };
    for (const api of [app.anyone, key.api])
      expectProblem(await api.post('/v1/api-keys', body), CredentialMalformed);
  });

  it('is not looked for in a form', async () => {
    const answer = await app.anyone.post('/v1/api-keys', `access_token=${key.token}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer.status).toBe(415);
  });

  it('is not looked for in another header', async () => {
    for (const name of ['x-api-key', 'api-key', 'proxy-authorization', 'cookie'])
      expectProblem(await app.anyone.get('/v1/me', { [name]: `Bearer ${key.token}` }), CredentialMissing);
  });
});

describe('a token', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer  '])('is taken after %p', async (scheme) => {
    const answer = await app.anyone.get('/v1/me', { authorization: `${scheme} ${key.token}` });
    expect(answer.status).toBe(200);
  });

  it('that is mistyped or cut short is refused without a look at the database', async () => {
    const wrong = [
      flipped(key.token, 10),
      flipped(key.token, key.token.length - 1),
      flipped(ada.token, 20),
      key.token.slice(0, -1),
      `${key.token}x`,
      key.token.replace('pulse_key_', 'pulse_ses_'),
      key.token.replace('pulse_key_', 'pulse_inv_'),
      key.token.toLowerCase(),
      'x',
    ];
    const before = app.statements.count;
    const answers = [];
    for (const token of wrong) answers.push(await app.bearing(token).get('/v1/me'));

    expect(app.statements.count).toBe(before);
    for (const answer of answers) {
      expectProblem(answer, CredentialInvalid);
      expect(answer.body.detail).toContain('truncated');
      expect(answer.headers['www-authenticate']).toBe(INVALID_TOKEN);
    }
  });

  it.each(['key', 'ses'] as const)('of kind %s that is well-formed and unknown is refused', async (kind) => {
    const answer = await app.bearing(generateToken(kind)).get('/v1/me');
    expectProblem(answer, CredentialInvalid);
    expect(answer.headers['www-authenticate']).toBe(INVALID_TOKEN);
  });

  it('is unknown when its owner left the team', async () => {
    const grace = await app.given.member(ada, 'member');
    const [unknown, left] = [app.bearing(generateToken('ses')), grace.api];
    await ada.api.delete(`/v1/members/${grace.id}`);
    const answers = [await unknown.get('/v1/me'), await left.get('/v1/me')];
    for (const answer of answers) expectProblem(answer, CredentialInvalid);
    expect(answers[0]!.body.detail).toBe(answers[1]!.body.detail);
  });

  it('that expired says so and when, to who had the right one', async () => {
    const expiresAt = new Date(app.clock.now().getTime() + HOUR).toISOString();
    const short = await app.given.key(ada, [MonitorsRead], { expiresAt });
    app.clock.advance(HOUR);
    const answer = await short.api.get('/v1/me');
    expectProblem(answer, CredentialExpired, { expiredAt: expiresAt });
    expect(answer.headers['www-authenticate']).toBe(
      challenge(', error="invalid_token", error_description="expired"'),
    );
  });

  it.each(['revoked', 'rotated away'])('that was %s says so and when', async (how) => {
    const old = await app.given.key(ada);
    const response =
      how === 'revoked'
        ? await ada.api.delete(`/v1/api-keys/${old.id}`)
        : await ada.api.post(`/v1/api-keys/${old.id}/rotate`, {});
    expect(response.status).toBeLessThan(300);
    const answer = await old.api.get('/v1/me');
    expectProblem(answer, CredentialRevoked, { revokedAt: expect.any(String) });
    expect(answer.headers['www-authenticate']).toBe(
      challenge(', error="invalid_token", error_description="revoked"'),
    );
  });
});

describe('a caller that is known and may not', () => {
  const scoped = (scope: string) => challenge(`, error="insufficient_scope", scope="${scope}"`);

  it('is told which ability lacks', async () => {
    const reader = await app.given.key(ada, [MonitorsRead]);
    const answer = await reader.api.get('/v1/team');
    expectProblem(answer, AbilityMissing, { required: [TeamRead], missing: [TeamRead] });
    expect(answer.headers['www-authenticate']).toBe(scoped('team:read'));
  });

  it('is told what it cannot give', async () => {
    const maker = await app.given.key(ada, [ApiKeysWrite]);
    const answer = await maker.api.post('/v1/api-keys', { name: 'x', abilities: [ApiKeysRead, AuditRead] });
    const exceeding = [ApiKeysRead, AuditRead];
    expectProblem(answer, AbilityEscalation, { required: exceeding, exceeding });
    expect(answer.headers['www-authenticate']).toBe(scoped('api-keys:read audit:read'));
  });

  it('is told that only people may, without a challenge', async () => {
    const answer = await key.api.get('/v1/account');
    expectProblem(answer, SessionRequired);
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it('is told which plan it takes, without a challenge', async () => {
    const poor = await app.given.owner({ plan: 'free' });
    const answer = await poor.api.post('/v1/api-keys', { name: 'x', abilities: [MonitorsRead] });
    expectProblem(answer, PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it('is told the limit of the plan, without a challenge', async () => {
    const full = await app.given.owner({ plan: 'starter' });
    for (let i = 0; i < 10; i += 1) await app.given.key(full);
    const answer = await full.api.post('/v1/api-keys', { name: 'x', abilities: [MonitorsRead] });
    expectProblem(answer, PlanLimitReached, { limit: 10, used: 10 });
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it('is told the address it calls from, without a challenge', async () => {
    const bound = await app.given.key(ada, ['*'], { allowedIps: ['203.0.113.7'] });
    const answer = await bound.api.get('/v1/me');
    expectProblem(answer, AddressNotAllowed, { clientIp: '127.0.0.1' });
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it('learns of a revoked key before its address, of the address before the plan, and of the plan before the ability', async () => {
    const poor = await app.given.owner();
    const bound = await app.given.key(poor, [MonitorsRead], { allowedIps: ['203.0.113.7'] });
    await app.given.onPlan(poor.teamId, 'free');

    expectProblem(await bound.api.get('/v1/team'), AddressNotAllowed, { clientIp: '127.0.0.1' });
    await poor.api.patch(`/v1/api-keys/${bound.id}`, { allowedIps: [] });
    expectProblem(await bound.api.get('/v1/team'), PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    await poor.api.patch(`/v1/api-keys/${bound.id}`, { allowedIps: ['203.0.113.7'] });
    await poor.api.delete(`/v1/api-keys/${bound.id}`);
    expectProblem(await bound.api.get('/v1/team'), CredentialRevoked, { revokedAt: expect.any(String) });
  });
});
