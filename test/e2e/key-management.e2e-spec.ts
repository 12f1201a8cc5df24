import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing, ApiKeyDisabled, CredentialRevoked } from '../../src/auth/auth.problems.js';
import { ApiKeyExpired, ApiKeyNotOwn, KeyLimitsExceeded } from '../../src/api-keys/api-keys.problems.js';
import { NotFound, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Key, Person } from '../given.js';
import type { Answer } from '../http-client.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

const { ApiKeysRead, ApiKeysWrite, MonitorsRead, MonitorsWrite } = Ability;

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
});

const inTime = (milliseconds: number) => new Date(app.clock.now().getTime() + milliseconds).toISOString();
const patch = ({ id }: Key, body: object, { api }: Pick<Person, 'api'> = ada) =>
  api.patch(`/v1/api-keys/${id}`, body);
const rotate = ({ id }: Key, body: object, { api }: Pick<Person, 'api'> = ada) =>
  api.post(`/v1/api-keys/${id}/rotate`, body);
const works = async ({ api }: Pick<Key, 'api'>) => (await api.get('/v1/me')).status === 200;
const idsOf = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);
const keysWith = async (query: string) => idsOf(await ada.api.get(`/v1/api-keys?${query}`));
const expectExpiryRefused = (answer: Answer, code: string) =>
  expectProblem(answer, ValidationFailed, {
    errors: [{ pointer: '/expiresAt', code, message: expect.any(String) }],
  });

describe('the expiry of a key', () => {
  it('is moved by an edit, and recorded', async () => {
    const key = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    const expiresAt = inTime(DAY);
    expect((await patch(key, { expiresAt })).body.expiresAt).toBe(expiresAt);
    const [event] = await app.given.log(ada, '&action=api-key.updated');
    expect(event.changes).toEqual([{ field: 'expiresAt', from: expect.any(String), to: expiresAt }]);
    app.clock.advance(2 * HOUR);
    expect(await works(key)).toBe(true);
  });

  it('is taken away by an edit', async () => {
    const key = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    expect((await patch(key, { expiresAt: null })).body.expiresAt).toBeNull();
  });

  it('is moved by a rotation, and left alone by one that does not name it', async () => {
    const key = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    const expiresAt = inTime(DAY);
    expect((await rotate(key, { expiresAt })).body.expiresAt).toBe(expiresAt);
    expect((await rotate(key, {})).body.expiresAt).toBe(expiresAt);
  });

  it('also ends a token that lives on for an overlap', async () => {
    const key = await app.given.key(ada);
    await rotate(key, { overlapSeconds: 7200, expiresAt: inTime(HOUR) });
    app.clock.advance(HOUR);
    expect((await key.api.get('/v1/me')).status).toBe(401);
  });

  it('is not in the past', async () => {
    const key = await app.given.key(ada);
    expectExpiryRefused(await patch(key, { expiresAt: inTime(-1) }), 'future');
    expectExpiryRefused(await rotate(key, { expiresAt: inTime(-1) }), 'future');
    expect(await works(key)).toBe(true);
  });

  it('is not moved once it is over', async () => {
    const key = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    app.clock.advance(HOUR);
    expectProblem(await patch(key, { expiresAt: inTime(HOUR) }), ApiKeyExpired);
    expect(await works(key)).toBe(false);
  });

  it.each([
    ['an edit', patch],
    ['a rotation', rotate],
  ])('is not moved beyond the limits of the key that asks, by %s', async (_, act) => {
    const bounded = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    const child = await bounded.api.post('/v1/api-keys', { name: 'child', abilities: [MonitorsRead] });
    for (const target of [bounded, { ...bounded, id: child.body.id }])
      for (const expiresAt of [null, inTime(DAY)])
        expectProblem(await act(target, { expiresAt }, bounded), KeyLimitsExceeded, {
          exceeding: ['expiresAt'],
        });
    expect((await act(bounded, { expiresAt: inTime(MINUTE) }, bounded)).status).toBe(200);
  });

  it('is not moved by a key that rotates itself without any ability', async () => {
    const bounded = await app.given.key(ada, [MonitorsRead], { expiresAt: inTime(HOUR) });
    const answer = await bounded.api.post('/v1/api-keys/current/rotate', { expiresAt: null });
    expectProblem(answer, KeyLimitsExceeded, { exceeding: ['expiresAt'] });
  });
});

describe('a key that is disabled', () => {
  it('answers 403 until it is enabled, and then works unchanged', async () => {
    const key = await app.given.key(ada);
    expect((await patch(key, { disabled: true })).body.status).toBe('disabled');
    expectProblem(await key.api.get('/v1/me'), ApiKeyDisabled);
    expectProblem(await key.api.post('/v1/api-keys/current/rotate'), ApiKeyDisabled);
    expect((await patch(key, { disabled: false })).body.status).toBe('active');
    expect(await works(key)).toBe(true);
  });

  it('has another entity tag, so that nobody takes it for unchanged', async () => {
    const key = await app.given.key(ada);
    const read = (headers = {}) => ada.api.get(`/v1/api-keys/${key.id}`, headers);
    const { headers } = await read();
    await patch(key, { disabled: true });
    expect((await read({ 'if-none-match': headers['etag']! })).body).toMatchObject({ disabled: true });
  });

  it('leaves events of its own, and so does its use, once a minute', async () => {
    const key = await app.given.key(ada);
    await patch(key, { disabled: true });
    await key.api.get('/v1/me');
    await key.api.get('/v1/me');
    await patch(key, { disabled: false, name: 'CD' });
    const log = await app.given.log(ada, `&targetId=${key.id}`);
    expect(log.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'api-key.updated success',
      'api-key.enabled success',
      'api-key.used-while-disabled denied',
      'api-key.disabled success',
      'api-key.created success',
    ]);
  });

  it('is revoked, expires and is rotated like any other', async () => {
    const [one, two, three] = [
      await app.given.key(ada),
      await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) }),
      await app.given.key(ada),
    ];
    for (const key of [one, two, three]) await patch(key, { disabled: true });
    await ada.api.delete(`/v1/api-keys/${one.id}`);
    expectProblem(await one.api.get('/v1/me'), CredentialRevoked, { revokedAt: expect.any(String) });
    const rotated = await rotate(three, {});
    expect([rotated.body.status, await works({ api: app.bearing(rotated.body.token) })]).toEqual([
      'disabled',
      false,
    ]);
    app.clock.advance(HOUR);
    expect((await two.api.get('/v1/me')).body.code).toBe('credential-expired');
  });

  it('may be disabled and enabled by whoever manages members, who may change nothing else', async () => {
    const grace = await app.given.member(ada, 'member');
    const key = await app.given.key(grace, [MonitorsRead]);
    expect((await patch(key, { disabled: true })).status).toBe(200);
    expect(await works(key)).toBe(false);
    expect((await patch(key, { disabled: false })).status).toBe(200);
    expectProblem(await patch(key, { disabled: true, name: 'x' }), ApiKeyNotOwn);
    expectProblem(await patch(key, {}), ApiKeyNotOwn);
  });

  it('is not enabled by a key that can do less', async () => {
    const strong = await app.given.key(ada);
    const weak = await app.given.key(ada, [ApiKeysWrite, MonitorsRead]);
    expect((await patch(strong, { disabled: true }, weak)).status).toBe(200);
    expect((await patch(strong, { disabled: false }, weak)).body.code).toBe('ability-escalation');
    expect(await works(strong)).toBe(false);
  });

  it.each([null, 1, 'true'])('is not what %p means', async (disabled) => {
    const answer = await patch(await app.given.key(ada), { disabled });
    expect(answer.body.errors).toMatchObject([{ pointer: '/disabled' }]);
  });
});

describe('the maximum lifetime of the keys of a team', () => {
  const limit = (maxKeyLifetimeDays: number | null) => ada.api.patch('/v1/team', { maxKeyLifetimeDays });
  const create = (more: object = {}) =>
    ada.api.post('/v1/api-keys', { name: 'CI', abilities: [MonitorsRead], ...more });

  it('is set by those who may edit the team, shown and recorded', async () => {
    expect((await limit(30)).body.maxKeyLifetimeDays).toBe(30);
    expect((await ada.api.get('/v1/team')).body.maxKeyLifetimeDays).toBe(30);
    const [event] = await app.given.log(ada, '&action=team.updated');
    expect(event.changes).toEqual([{ field: 'maxKeyLifetimeDays', from: null, to: 30 }]);
    expect((await limit(null)).body.maxKeyLifetimeDays).toBeNull();
    const grace = await app.given.member(ada, 'member');
    expectProblem(await grace.api.patch('/v1/team', { maxKeyLifetimeDays: null }), AbilityMissing, {
      required: ['team:write'],
      missing: ['team:write'],
    });
  });

  it.each([0, 3651, 1.5, '30'])('is not %p', async (days) => {
    const answer = await ada.api.patch('/v1/team', { maxKeyLifetimeDays: days });
    expect(answer.body.errors).toMatchObject([{ pointer: '/maxKeyLifetimeDays' }]);
  });

  it('is what a new key has that asks for no expiry, and refused where it asks for more', async () => {
    await limit(30);
    expect(new Date((await create()).body.expiresAt).getTime()).toBeLessThanOrEqual(
      app.clock.now().getTime() + 30 * DAY,
    );
    expectExpiryRefused(await create({ expiresAt: null }), 'max-lifetime');
    expectExpiryRefused(await create({ expiresAt: inTime(31 * DAY) }), 'max-lifetime');
    expect((await create({ expiresAt: inTime(29 * DAY) })).status).toBe(201);
  });

  it('holds for edits and rotations, and leaves keys that are there alone until then', async () => {
    const [edited, rotated, kept] = [
      await app.given.key(ada),
      await app.given.key(ada),
      await app.given.key(ada),
    ];
    await limit(30);
    expect((await ada.api.get(`/v1/api-keys/${kept.id}`)).body.expiresAt).toBeNull();
    expect((await patch(kept, { name: 'CD' })).body.expiresAt).toBeNull();
    expectExpiryRefused(await patch(edited, { expiresAt: inTime(31 * DAY) }), 'max-lifetime');
    expectExpiryRefused(await rotate(rotated, { expiresAt: null }), 'max-lifetime');
    const { body } = await rotate(rotated, {});
    expect(new Date(body.expiresAt).getTime() - app.clock.now().getTime()).toBeLessThanOrEqual(30 * DAY);
    expect(await keysWith(`owner=team&expiresAfter=${inTime(30 * DAY)}`)).toEqual([kept.id, edited.id]);
  });

  it('is that of the team of the key, from whichever team it is asked for', async () => {
    const key = await app.given.key(ada);
    await limit(30);
    const { body: second } = await ada.api.post('/v1/teams', { name: 'Second' });
    await ada.api.put('/v1/auth/session/team', { teamId: second.id });
    expectExpiryRefused(await patch(key, { expiresAt: inTime(31 * DAY) }), 'max-lifetime');
  });

  it('does not let a key live longer than the key that makes it', async () => {
    await limit(30);
    const maker = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    const { body } = await maker.api.post('/v1/api-keys', { name: 'child', abilities: [MonitorsRead] });
    expect(new Date(body.expiresAt).getTime() - app.clock.now().getTime()).toBeLessThanOrEqual(HOUR);
  });
});

describe('the keys that a key made', () => {
  let maker: Key;
  const child = async (): Promise<Key> => {
    const { body } = await maker.api.post('/v1/api-keys', { name: 'child', abilities: [MonitorsRead] });
    return { id: body.id, token: body.token, api: app.bearing(body.token) };
  };
  beforeEach(async () => {
    maker = await app.given.key(ada, [ApiKeysRead, ApiKeysWrite, MonitorsRead, MonitorsWrite]);
  });

  it('name it, and are listed by it', async () => {
    const { id } = await child();
    expect((await ada.api.get(`/v1/api-keys/${id}`)).body.createdByKey).toEqual({ id: maker.id, name: 'CI' });
    expect(await keysWith(`createdByKey=${maker.id}`)).toEqual([id]);
    expect((await ada.api.get(`/v1/api-keys/${maker.id}`)).body.createdByKey).toBeNull();
  });

  it('live on when it is revoked', async () => {
    const made = await child();
    await ada.api.delete(`/v1/api-keys/${maker.id}`);
    expect(await works(made)).toBe(true);
    expect(await keysWith(`createdByKey=${maker.id}`)).toEqual([made.id]);
  });

  it('are revoked with it where that is asked for, each with its event', async () => {
    const [one, two, other] = [await child(), await child(), await app.given.key(ada)];
    const answer = await ada.api.delete(`/v1/api-keys/${maker.id}?descendants=true`);
    expect(answer.status).toBe(204);
    expect([await works(one), await works(two), await works(other)]).toEqual([false, false, true]);
    const log = await app.given.log(ada, '&action=api-key.revoked');
    expect(log.map(({ target }) => target.id).toSorted()).toEqual([maker.id, one.id, two.id].toSorted());
  });

  it('are revoked after it where that is asked for, until none is left', async () => {
    const [one, two] = [await child(), await child()];
    const revoke = (query = '') => ada.api.delete(`/v1/api-keys/${maker.id}${query}`);
    expect((await revoke()).status).toBe(204);
    expectProblem(await revoke(), NotFound);
    expect([await works(one), await works(two)]).toEqual([true, true]);
    expect((await revoke('?descendants=true')).status).toBe(204);
    expect([await works(one), await works(two)]).toEqual([false, false]);
    const log = await app.given.log(ada, '&action=api-key.revoked&outcome=success');
    expect(log.map(({ target }) => target.id).toSorted()).toEqual([maker.id, one.id, two.id].toSorted());
    expectProblem(await revoke('?descendants=true'), NotFound);
  });

  it.each(Array.from({ length: 10 }, (_, i) => i))(
    'are none that it makes while it is revoked (%#)',
    async () => {
      await Promise.all([
        ada.api.delete(`/v1/api-keys/${maker.id}?descendants=true`),
        ...Array.from({ length: 4 }, () =>
          maker.api.post('/v1/api-keys', { name: 'x', abilities: [MonitorsRead] }),
        ),
      ]);
      expect(await keysWith(`createdByKey=${maker.id}`)).toEqual([]);
    },
  );
});

describe('the list of keys', () => {
  it('is filtered by name, in whatever case', async () => {
    const key = await app.given.key(ada, ['*'], { name: 'Deploys of ÄRGER' });
    await app.given.key(ada);
    expect(await keysWith(`q=${encodeURIComponent('of ärger')}`)).toEqual([key.id]);
    await patch(key, { name: 'Backups' });
    expect(await keysWith('q=deploys')).toEqual([]);
    expect(await keysWith('q=backup')).toEqual([key.id]);
  });

  it('is filtered by last use', async () => {
    const [used, unused] = [await app.given.key(ada), await app.given.key(ada)];
    const since = inTime(-MINUTE);
    await used.api.get('/v1/me');
    await app.settled();
    expect(await keysWith(`usedSince=${since}`)).toEqual([used.id]);
    expect(await keysWith(`unusedSince=${since}`)).toEqual([unused.id]);
    expect(await keysWith(`unusedSince=${inTime(HOUR)}`)).toEqual([unused.id, used.id]);
  });

  it('is filtered by expiry', async () => {
    const soon = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    const later = await app.given.key(ada, ['*'], { expiresAt: inTime(DAY) });
    const never = await app.given.key(ada);
    expect(await keysWith(`expiresBefore=${inTime(2 * HOUR)}`)).toEqual([soon.id]);
    expect(await keysWith(`expiresAfter=${inTime(2 * HOUR)}`)).toEqual([never.id, later.id]);
  });

  it('is filtered by the status disabled', async () => {
    const [key, other] = [await app.given.key(ada), await app.given.key(ada)];
    await patch(key, { disabled: true });
    expect(await keysWith('status=disabled')).toEqual([key.id]);
    expect(await keysWith('status=active')).toEqual([other.id]);
    expect(await keysWith('')).toEqual([other.id, key.id]);
  });

  it.each(['usedSince', 'unusedSince', 'expiresBefore', 'expiresAfter'])(
    'refuses a %s that is no time',
    async (name) => {
      const { body } = await ada.api.get(`/v1/api-keys?${name}=yesterday`);
      expect(body.errors).toMatchObject([{ parameter: name, code: 'instant' }]);
    },
  );
});

describe('the entity tag of a key', () => {
  const changes: Array<[string, (key: Key) => unknown]> = [
    ['disabled', (key) => patch(key, { disabled: true })],
    ['expired', () => app.clock.advance(2 * HOUR)],
    ['revoked', ({ id }) => ada.api.delete(`/v1/api-keys/${id}`)],
  ];

  it.each(changes)('is another one once the key is %s', async (status, change) => {
    const key = await app.given.key(ada, ['*'], { expiresAt: inTime(HOUR) });
    const read = (etag: string) => ada.api.get(`/v1/api-keys/${key.id}`, { 'if-none-match': etag });
    const { headers } = await read('"none"');
    expect((await read(headers['etag']!)).status).toBe(304);
    await change(key);
    const after = await read(headers['etag']!);
    expect([after.status, after.body.status]).toEqual([200, status]);
    expect(after.headers['etag']).not.toBe(headers['etag']);
  });
});
