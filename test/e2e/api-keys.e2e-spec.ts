import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability, allAbilities } from '../../src/auth/ability.js';
import {
  AbilityEscalation,
  AbilityMissing,
  AddressNotAllowed,
  CredentialExpired,
  CredentialRevoked,
  PlanRequired,
} from '../../src/auth/auth.problems.js';
import {
  ApiKeyExpired,
  ApiKeyNotOwn,
  ApiKeyRevoked,
  KeyLimitsExceeded,
} from '../../src/api-keys/api-keys.problems.js';
import { PlanLimitReached } from '../../src/plans/plans.problems.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { eventually } from '../eventually.js';
import { expectProblem } from '../expect-problem.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

const { ApiKeysRead, ApiKeysWrite, AuditRead, MonitorsRead, MonitorsWrite } = Ability;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const inOneHour = () => new Date(app.clock.now().getTime() + HOUR).toISOString();

describe('POST /v1/api-keys', () => {
  it('creates a key whose token works at once', async () => {
    const ada = await app.given.owner();

    const { status, headers, body } = await ada.api.post('/v1/api-keys', {
      name: ' CI ',
      abilities: [MonitorsRead],
    });

    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/api-keys/${body.id}`);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      name: 'CI',
      abilities: [MonitorsRead],
      teamId: ada.teamId,
      userId: ada.id,
      lastEight: body.token.slice(-8),
      status: 'active',
      disabled: false,
      allowedIps: [],
      projectIds: null,
      createdAt: expect.any(String),
      lastUsedAt: null,
      lastUsedIp: null,
      expiresAt: null,
      rotatedAt: null,
      createdByKey: null,
      token: expect.stringMatching(/^pulse_key_[0-9A-Za-z]{49}$/),
    });
    expect((await app.bearing(body.token).get('/v1/me')).status).toBe(200);
  });

  it('answers the tag that the key is read with, good for an edit', async () => {
    const ada = await app.given.owner();
    const input = { name: 'CI', abilities: [MonitorsRead], expiresAt: inOneHour() };
    const { headers, body } = await ada.api.post('/v1/api-keys', input);
    const address = `/v1/api-keys/${body.id}`;

    expect((await ada.api.get(address)).headers['etag']).toBe(headers['etag']);
    const edit = await ada.api.patch(address, { name: 'CD' }, { 'if-match': headers['etag']! });
    expect(edit.status).toBe(200);
  });

  it('records who created it, and nothing of the token but its end', async () => {
    const ada = await app.given.owner();
    const { body } = await ada.api.post(
      '/v1/api-keys',
      { name: 'CI', abilities: [MonitorsRead] },
      { 'user-agent': 'jest' },
    );

    const [event] = await app.given.log(ada, '&action=api-key.created');

    expect(event).toMatchObject({
      outcome: 'success',
      actor: { type: 'user', id: ada.id, name: ada.name, via: null },
      target: { type: 'api-key', id: body.id, name: 'CI' },
      context: { ip: '127.0.0.1', userAgent: 'jest', method: 'POST', route: '/v1/api-keys' },
    });
    expect(event.changes).toContainEqual({ field: 'abilities', from: null, to: [MonitorsRead] });
    expect(JSON.stringify(event)).not.toContain(body.token.slice(0, 30));
  });

  it('expands * to what the creator can do now', async () => {
    const ada = await app.given.owner();
    const { body } = await ada.api.post('/v1/api-keys', { name: 'all', abilities: ['*'] });
    expect(body.abilities).toEqual(allAbilities);
  });

  it('refuses to give an ability the caller lacks, leaves no key and records the attempt', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');

    const answer = await grace.api.post('/v1/api-keys', {
      name: 'spy',
      abilities: [MonitorsRead, AuditRead],
    });

    expectProblem(answer, AbilityEscalation, { required: [AuditRead], exceeding: [AuditRead] });
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="pulseapi", error="insufficient_scope", scope="audit:read"',
    );
    expect((await grace.api.get('/v1/api-keys')).body.data).toEqual([]);
    expect(await app.given.log(ada, `&actorId=${grace.id}&action=api-key.created`)).toMatchObject([
      { outcome: 'denied' },
    ]);
  });

  it('never lets a key make a key that makes keys', async () => {
    const ada = await app.given.owner();
    const maker = await app.given.key(ada, [ApiKeysWrite, MonitorsRead]);

    expectProblem(
      await maker.api.post('/v1/api-keys', { name: 'x', abilities: [ApiKeysWrite] }),
      AbilityEscalation,
      {
        required: [ApiKeysWrite],
        exceeding: [ApiKeysWrite],
      },
    );
    expect((await maker.api.post('/v1/api-keys', { name: 'x', abilities: ['*'] })).body.abilities).toEqual([
      MonitorsRead,
    ]);
  });

  it('is closed to a key without api-keys:write', async () => {
    const reader = await app.given.key(await app.given.owner(), [ApiKeysRead]);
    const answer = await reader.api.post('/v1/api-keys', { name: 'x', abilities: [ApiKeysRead] });
    expectProblem(answer, AbilityMissing, { required: [ApiKeysWrite], missing: [ApiKeysWrite] });
  });

  it('needs the plan starter or a higher one', async () => {
    const ada = await app.given.owner({ plan: 'free' });
    const answer = await ada.api.post('/v1/api-keys', { name: 'x', abilities: [MonitorsRead] });
    expectProblem(answer, PlanRequired, { plan: 'free', requiredPlan: 'starter' });
  });

  it('stops at exactly the limit of the plan when many are created at once', async () => {
    const ada = await app.given.owner({ plan: 'starter' });

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        ada.api.post('/v1/api-keys', { name: `k${i}`, abilities: [MonitorsRead] }),
      ),
    );

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    for (const refused of answers.filter(({ status }) => status !== 201))
      expectProblem(refused, PlanLimitReached, { limit: 10, used: 10 });
    expect((await ada.api.get('/v1/api-keys')).body.data).toHaveLength(10);
    expect(await app.given.log(ada, '&action=api-key.created')).toHaveLength(10);
  });

  it('names every fault of the input at once', async () => {
    const ada = await app.given.owner();

    const answer = await ada.api.post('/v1/api-keys', {
      name: '\u202e',
      abilities: [MonitorsRead, 'fly'],
      allowedIps: ['10.0.0.0/99'],
      colour: 'red',
    });

    expect(answer.status).toBe(ValidationFailed.status);
    expect(
      answer.body.errors
        .map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])
        .toSorted(),
    ).toEqual([
      ['/abilities/1', 'ability'],
      ['/allowedIps/0', 'network'],
      ['/colour', 'unknown-member'],
      ['/name', 'is-printable'],
    ]);
  });

  it.each([
    ['a zone without end', `fe80::1%${'a'.repeat(900)}`],
    ['an address that some read as octal', '010.0.0.0/8'],
  ])('refuses %s where a network belongs', async (_, network) => {
    const ada = await app.given.owner();
    const input = { name: 'CI', abilities: [MonitorsRead], allowedIps: [network] };
    expectProblem(await ada.api.post('/v1/api-keys', input), ValidationFailed, {
      errors: [expect.objectContaining({ pointer: '/allowedIps/0', code: 'network' })],
    });
  });

  it.each([0, true, null, [], {}])('refuses %p where a name belongs', async (name) => {
    const ada = await app.given.owner();
    const answer = await ada.api.post('/v1/api-keys', { name, abilities: [MonitorsRead] });
    expect(answer.body.errors).toMatchObject([{ pointer: '/name' }]);
  });

  it('refuses an expiry in the past', async () => {
    const ada = await app.given.owner();
    const answer = await ada.api.post('/v1/api-keys', {
      name: 'x',
      abilities: [MonitorsRead],
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expectProblem(answer, ValidationFailed, {
      errors: [{ pointer: '/expiresAt', code: 'future', message: expect.any(String) }],
    });
  });
});

describe('GET /v1/api-keys', () => {
  it('lists the own keys newest first, and never a token', async () => {
    const ada = await app.given.owner();
    const first = await app.given.key(ada);
    const second = await app.given.key(ada);

    const { body, text } = await ada.api.get('/v1/api-keys');

    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
    expect(body.nextCursor).toBeNull();
    expect(text).not.toContain(first.token.slice(10, 40));
  });

  it('links to the next page with all that was asked for, also behind another question mark', async () => {
    const ada = await app.given.owner();
    for (const name of ['what? now', 'what? then']) await app.given.key(ada, ['*'], { name });
    const page = await ada.api.get('/v1/api-keys?limit=1&q=what?%20&owner=team');
    const [, target] = /^<(.*)>; rel="next"$/.exec(page.headers['link'] as string)!;
    expect(Object.fromEntries(new URL(target!, app.origin).searchParams)).toEqual({
      limit: '1',
      q: 'what? ',
      owner: 'team',
      cursor: page.body.nextCursor,
    });
    const next = await ada.api.get(target!);
    expect([...page.body.data, ...next.body.data].map(({ name }) => name)).toEqual([
      'what? then',
      'what? now',
    ]);
  });

  it('goes page by page, stable while keys are added', async () => {
    const ada = await app.given.owner();
    const keys = [await app.given.key(ada), await app.given.key(ada), await app.given.key(ada)];
    const page = await ada.api.get('/v1/api-keys?limit=2');
    await app.given.key(ada);

    const next = await ada.api.get(`/v1/api-keys?limit=2&cursor=${page.body.nextCursor}`);

    expect(page.headers['link']).toBe(
      `</v1/api-keys?limit=2&cursor=${encodeURIComponent(page.body.nextCursor)}>; rel="next"`,
    );
    expect([...page.body.data, ...next.body.data].map(({ id }) => id)).toEqual(
      keys.map(({ id }) => id).toReversed(),
    );
    expect(next.body.nextCursor).toBeNull();
  });

  it('refuses a cursor of another list, filter or caller', async () => {
    const ada = await app.given.owner();
    const eve = await app.given.owner({ name: 'Eve' });
    for (const person of [ada, ada, eve]) await app.given.key(person);
    const cursor = (await ada.api.get('/v1/api-keys?limit=1')).body.nextCursor;

    const misuses = [
      await ada.api.get(`/v1/api-keys?status=active&cursor=${cursor}`),
      await ada.api.get(`/v1/audit-events?cursor=${cursor}`),
      await ada.api.get(`/v1/api-keys?cursor=x${cursor}`),
      await eve.api.get(`/v1/api-keys?cursor=${cursor}`),
    ];

    for (const answer of misuses)
      expectProblem(answer, ValidationFailed, {
        errors: [{ parameter: 'cursor', code: 'cursor', message: expect.any(String) }],
      });
  });

  it("shows the team's keys to those who manage members, and to nobody else", async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const key = await app.given.key(grace, [MonitorsRead]);

    expect((await ada.api.get('/v1/api-keys?owner=team')).body.data).toMatchObject([
      { id: key.id, userId: grace.id },
    ]);
    expect((await ada.api.get('/v1/api-keys')).body.data).toEqual([]);
    expectProblem(await grace.api.get('/v1/api-keys?owner=team'), AbilityMissing, {
      required: ['members:write'],
      missing: ['members:write'],
    });
  });

  it('shows a revoked key only when asked for it', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await ada.api.delete(`/v1/api-keys/${key.id}`);

    expect((await ada.api.get('/v1/api-keys')).body.data).toEqual([]);
    expect((await ada.api.get('/v1/api-keys?status=revoked')).body.data).toMatchObject([
      { id: key.id, status: 'revoked' },
    ]);
  });

  it('shows expired keys as such', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada, [MonitorsRead], {
      expiresAt: new Date(app.clock.now().getTime() + 1000).toISOString(),
    });
    app.clock.advance(2000);
    expect((await ada.api.get('/v1/api-keys?status=expired')).body.data).toMatchObject([
      { id: key.id, status: 'expired' },
    ]);
    expect((await ada.api.get('/v1/api-keys?status=active')).body.data).toEqual([]);
  });
});

describe('GET /v1/api-keys/{id}', () => {
  it("answers another team's key like one that never was", async () => {
    const ada = await app.given.owner();
    const eve = await app.given.owner({ name: 'Eve' });
    const key = await app.given.key(ada);

    expectProblem(await eve.api.get(`/v1/api-keys/${key.id}`), NotFound);
    expectProblem(await eve.api.get('/v1/api-keys/key_nope'), NotFound);
  });

  it('tells when and from where the key was last used, from its first use on', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await key.api.get('/v1/me');

    const elapsed = eventually(async () => {
      const { body } = await ada.api.get(`/v1/api-keys/${key.id}`);
      return body.lastUsedAt !== null && body.lastUsedIp === '127.0.0.1';
    });
    await expect(elapsed).resolves.toBeLessThan(5_000);
  });

  it('answers 304 to whoever has it already', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const { headers } = await ada.api.get(`/v1/api-keys/${key.id}`);

    const again = await ada.api.get(`/v1/api-keys/${key.id}`, { 'if-none-match': headers['etag']! });

    expect(again.status).toBe(304);
    expect(again.text).toBe('');
  });
});

describe('PATCH /v1/api-keys/{id}', () => {
  it('renames and restricts, and records both', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);

    const { status, body } = await ada.api.patch(`/v1/api-keys/${key.id}`, {
      name: 'CD',
      allowedIps: ['203.0.113.0/24'],
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'CD', allowedIps: ['203.0.113.0/24'] });
    expect((await app.given.log(ada, '&action=api-key.updated'))[0].changes).toEqual([
      { field: 'name', from: 'CI', to: 'CD' },
      { field: 'allowedIps', from: [], to: ['203.0.113.0/24'] },
    ]);
  });

  it('never edits abilities', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada, [MonitorsRead]);
    const answer = await ada.api.patch(`/v1/api-keys/${key.id}`, { abilities: ['*'] });
    expect(answer.body.errors).toMatchObject([{ pointer: '/abilities', code: 'unknown-member' }]);
  });

  it('loses no edit of somebody else: a stale If-Match is 412', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const { headers } = await ada.api.get(`/v1/api-keys/${key.id}`);
    const stale = { 'if-match': headers['etag']! };
    expect((await ada.api.patch(`/v1/api-keys/${key.id}`, { name: 'first' }, stale)).status).toBe(200);

    expectProblem(
      await ada.api.patch(`/v1/api-keys/${key.id}`, { name: 'second' }, stale),
      PreconditionFailed,
    );
  });

  it('does not take the use of a key for an edit', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const { headers } = await ada.api.get(`/v1/api-keys/${key.id}`);
    await key.api.get('/v1/me');
    expect(
      (await ada.api.patch(`/v1/api-keys/${key.id}`, { name: 'x' }, { 'if-match': headers['etag']! })).status,
    ).toBe(200);
  });

  it('is closed to a key that can do less', async () => {
    const ada = await app.given.owner();
    const strong = await app.given.key(ada);
    const weak = await app.given.key(ada, [ApiKeysWrite, MonitorsRead]);
    const answer = await weak.api.patch(`/v1/api-keys/${strong.id}`, { allowedIps: [] });
    expect(answer.body).toMatchObject({
      code: 'ability-escalation',
      exceeding: expect.arrayContaining([MonitorsWrite]),
    });
  });
});

describe('POST /v1/api-keys/{id}/rotate', () => {
  it('kills the old token before its response arrives', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);

    const { status, body } = await ada.api.post(`/v1/api-keys/${key.id}/rotate`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: key.id,
      lastEight: body.token.slice(-8),
      rotatedAt: expect.any(String),
    });
    expectProblem(await key.api.get('/v1/me'), CredentialRevoked, { revokedAt: expect.any(String) });
    expect((await app.bearing(body.token).get('/v1/me')).status).toBe(200);
  });

  it('lets the old token live on for the overlap, and not longer', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await ada.api.post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 3600 });

    app.clock.advance(HOUR - MINUTE);
    expect((await key.api.get('/v1/me')).status).toBe(200);
    app.clock.advance(MINUTE);
    expectProblem(await key.api.get('/v1/me'), CredentialRevoked, { revokedAt: expect.any(String) });
  });

  it('kills the oldest token at once when it is rotated again', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const second = await ada.api.post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 3600 });
    await ada.api.post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 3600 });

    expect((await key.api.get('/v1/me')).body.code).toBe('credential-revoked');
    expect((await app.bearing(second.body.token).get('/v1/me')).status).toBe(200);
  });

  it('never lets an old token outlive the key', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada, ['*'], { expiresAt: inOneHour() });
    await ada.api.post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 7 * 24 * 3600 });
    app.clock.advance(HOUR);
    expect((await key.api.get('/v1/me')).status).toBe(401);
  });

  it('kills the old token also where the clock was set back', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await ada.api.post(`/v1/api-keys/${key.id}/rotate`);
    app.clock.advance(-HOUR);
    const answer = await key.api.get('/v1/me');
    app.clock.advance(HOUR);
    expectProblem(answer, CredentialRevoked, { revokedAt: expect.any(String) });
  });

  it('leaves one working token when many rotate at once', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ada.api.post(`/v1/api-keys/${key.id}/rotate`)),
    );

    const uses = await Promise.all(answers.map(({ body }) => app.bearing(body.token).get('/v1/me')));
    expect(uses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await app.given.log(ada, '&action=api-key.rotated')).toHaveLength(10);
  });

  it('gives nobody a token to act as somebody else', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const key = await app.given.key(grace, [MonitorsRead]);
    expectProblem(await ada.api.post(`/v1/api-keys/${key.id}/rotate`), ApiKeyNotOwn);
  });

  it('gives a key no hold of one that can do more', async () => {
    const ada = await app.given.owner();
    const strong = await app.given.key(ada);
    const weak = await app.given.key(ada, [ApiKeysWrite]);
    expect((await weak.api.post(`/v1/api-keys/${strong.id}/rotate`)).body.code).toBe('ability-escalation');
    expect((await strong.api.get('/v1/me')).status).toBe(200);
  });

  it('refuses a revoked and an expired key', async () => {
    const ada = await app.given.owner();
    const revoked = await app.given.key(ada);
    const expired = await app.given.key(ada, ['*'], { expiresAt: inOneHour() });
    await ada.api.delete(`/v1/api-keys/${revoked.id}`);
    app.clock.advance(HOUR);

    expectProblem(await ada.api.post(`/v1/api-keys/${revoked.id}/rotate`), ApiKeyRevoked);
    expectProblem(await ada.api.post(`/v1/api-keys/${expired.id}/rotate`), ApiKeyExpired);
  });

  it.each([-1, 604_801, 1.5, '60'])('refuses an overlap of %p', async (overlapSeconds) => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const answer = await ada.api.post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds });
    expect(answer.body.errors).toMatchObject([{ pointer: '/overlapSeconds' }]);
  });
});

describe('DELETE /v1/api-keys/{id}', () => {
  it('revokes before its response arrives, for good, and records it', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);

    expect((await ada.api.delete(`/v1/api-keys/${key.id}`)).status).toBe(204);

    const refused = await key.api.get('/v1/me');
    expectProblem(refused, CredentialRevoked, { revokedAt: expect.any(String) });
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer realm="pulseapi", error="invalid_token", error_description="revoked"',
    );
    expectProblem(await ada.api.delete(`/v1/api-keys/${key.id}`), NotFound);
    expect(await app.given.log(ada, '&action=api-key.revoked')).toMatchObject([{ target: { id: key.id } }]);
  });

  it("lets whoever manages members revoke everybody's", async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const key = await app.given.key(grace, [MonitorsRead]);
    expect((await ada.api.delete(`/v1/api-keys/${key.id}`)).status).toBe(204);
    expect((await key.api.get('/v1/me')).status).toBe(401);
  });

  it('has its later use recorded once a minute and address', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await ada.api.delete(`/v1/api-keys/${key.id}`);

    for (let i = 0; i < 3; i += 1) await key.api.get('/v1/me');

    expect(await app.given.log(ada, '&action=api-key.used-after-revocation')).toMatchObject([
      {
        outcome: 'denied',
        actor: { type: 'api-key', id: ada.id, via: { id: key.id } },
        target: { id: key.id },
        context: { ip: '127.0.0.1' },
      },
    ]);
    app.clock.advance(MINUTE);
    await key.api.get('/v1/me');
    expect(await app.given.log(ada, '&action=api-key.used-after-revocation')).toHaveLength(2);
  });
});

describe('the own key of a program', () => {
  it('may be looked at and rotated without any ability', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada, [MonitorsRead]);

    expect((await key.api.get('/v1/api-keys/current')).body).toMatchObject({
      id: key.id,
      abilities: [MonitorsRead],
    });
    const { body } = await key.api.post('/v1/api-keys/current/rotate', {});

    expect((await app.bearing(body.token).get('/v1/api-keys/current')).status).toBe(200);
    expect((await key.api.get('/v1/api-keys/current')).status).toBe(401);
    expect((await app.given.log(ada, '&action=api-key.rotated'))[0].actor).toMatchObject({
      type: 'api-key',
      id: ada.id,
      via: { id: key.id },
    });
  });

  it('is nothing a session has', async () => {
    const ada = await app.given.owner();
    expectProblem(await ada.api.get('/v1/api-keys/current'), NotFound);
    expectProblem(await ada.api.post('/v1/api-keys/current/rotate'), NotFound);
  });
});

describe('a key that expires and works from some addresses only', () => {
  const home = ['127.0.0.0/8'];
  const bounded = async () => {
    const ada = await app.given.owner();
    const expiresAt = inOneHour();
    return { ada, expiresAt, key: await app.given.key(ada, ['*'], { expiresAt, allowedIps: home }) };
  };
  const child = { name: 'child', abilities: [MonitorsRead] };

  it('hands its limits on to the keys it makes', async () => {
    const { key, expiresAt } = await bounded();
    const { body } = await key.api.post('/v1/api-keys', child);
    expect(body).toMatchObject({ expiresAt, allowedIps: home });
  });

  it('makes keys with narrower limits', async () => {
    const { key } = await bounded();
    const limits = {
      expiresAt: new Date(app.clock.now().getTime() + MINUTE).toISOString(),
      allowedIps: ['127.0.0.1/32'],
    };
    expect((await key.api.post('/v1/api-keys', { ...child, ...limits })).body).toMatchObject(limits);
  });

  it.each([
    ['never expires', { expiresAt: null }, 'expiresAt'],
    ['expires later', { expiresAt: '2099-01-01T00:00:00Z' }, 'expiresAt'],
    ['works from anywhere', { allowedIps: [] }, 'allowedIps'],
    ['works from elsewhere', { allowedIps: ['127.0.0.1/32', '203.0.113.0/24'] }, 'allowedIps'],
  ])('makes no key that %s', async (_, limits, exceeded) => {
    const { key } = await bounded();
    const answer = await key.api.post('/v1/api-keys', { ...child, ...limits });
    expectProblem(answer, KeyLimitsExceeded, { exceeding: [exceeded] });
  });

  it('cannot free itself of its addresses', async () => {
    const { key } = await bounded();
    const answer = await key.api.patch(`/v1/api-keys/${key.id}`, { allowedIps: [] });
    expectProblem(answer, KeyLimitsExceeded, { exceeding: ['allowedIps'] });
  });

  it('gets no hold of a key without its limits', async () => {
    const { ada, key } = await bounded();
    const free = await app.given.key(ada);
    const answer = await key.api.post(`/v1/api-keys/${free.id}/rotate`);
    expectProblem(answer, KeyLimitsExceeded, { exceeding: ['expiresAt', 'allowedIps'] });
  });

  it('rotates itself', async () => {
    const { key } = await bounded();
    expect((await key.api.post('/v1/api-keys/current/rotate')).status).toBe(200);
  });
});

describe('a key', () => {
  it('is refused from an address outside its networks', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada, ['*'], { allowedIps: ['203.0.113.0/24'] });
    expectProblem(await key.api.get('/v1/me'), AddressNotAllowed, { clientIp: '127.0.0.1' });
    expect(await app.given.log(ada, '&action=api-key.address-refused')).toMatchObject([
      { outcome: 'denied', target: { id: key.id }, context: { ip: '127.0.0.1' } },
    ]);
    await ada.api.patch(`/v1/api-keys/${key.id}`, { allowedIps: ['127.0.0.0/8'] });
    expect((await key.api.get('/v1/me')).status).toBe(200);
  });

  it('ends at its expiry', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada, ['*'], { expiresAt: inOneHour() });
    app.clock.advance(HOUR);
    const answer = await key.api.get('/v1/me');
    expectProblem(answer, CredentialExpired, { expiredAt: expect.any(String) });
    expect(answer.headers['www-authenticate']).toContain('error_description="expired"');
  });

  it('rests while the plan has no API access, and works again unchanged after an upgrade', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await app.given.onPlan(ada.teamId, 'free');
    expectProblem(await key.api.get('/v1/me'), PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    await app.given.onPlan(ada.teamId, 'starter');
    expect((await key.api.get('/v1/me')).status).toBe(200);
  });

  it('follows the role of its owner from the next request on', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const key = await app.given.key(grace);
    await ada.api.patch(`/v1/members/${grace.id}`, { role: 'viewer' });
    const { body } = await key.api.get('/v1/me');
    expect(body.role).toBe('viewer');
    expect(body.abilities).not.toContain(MonitorsWrite);
  });

  it('dies with the membership of its owner', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'admin');
    const key = await app.given.key(grace);
    await ada.api.delete(`/v1/members/${grace.id}`);
    expect((await key.api.get('/v1/me')).body.code).toBe('credential-invalid');
    expect(await app.given.log(ada, '&action=api-key.used-after-revocation')).toMatchObject([
      { actor: { id: grace.id, via: { id: key.id } } },
    ]);
  });

  it('is purged as a tombstone after 90 days', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await ada.api.delete(`/v1/api-keys/${key.id}`);
    const { RetentionJobs } = await import('../../src/database/retention-jobs.js');

    app.clock.advance(91 * DAY);
    await app.get(RetentionJobs).run();

    const later = await app.given.owner();
    expect((await app.dataSource.query('SELECT id FROM api_keys WHERE id = ?', [key.id])).length).toBe(0);
    expect((await key.api.get('/v1/me')).body.code).toBe('credential-invalid');
    expect(await app.given.log(later)).not.toEqual([]);
  });
});
