import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { MeService } from '../../src/sessions/me.service.js';
import {
  BodyMalformed,
  BodyTooLarge,
  InternalError,
  MethodNotAllowed,
  NotFound,
  QueryMalformed,
  UnsupportedMediaType,
  ValidationFailed,
} from '../../src/problems/common.problems.js';
import { OwnerCannotLeave } from '../../src/teams/teams.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
});
afterAll(() => app.stop());

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const escapedQuotes = (bytes: number) => `{"name":"${'\\"'.repeat(bytes / 2)}`;
const rename = (body: string | Buffer | object, headers = {}) => ada.api.patch('/v1/team', body, headers);

describe('a body', () => {
  it('of 256 KiB is read, and one byte more is too large', async () => {
    const ofSize = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`;
    expectProblem(await rename(ofSize(256 * 1024)), ValidationFailed, { errors: [expect.anything()] });
    expectProblem(await rename(ofSize(256 * 1024 + 1)), BodyTooLarge);
  });

  it('is 32 levels deep at most', async () => {
    expectProblem(await rename(nested(32)), ValidationFailed, { errors: [expect.anything()] });
    expectProblem(await rename(nested(33)), BodyMalformed);
  });

  it('has 1,000 members at most', async () => {
    const withMembers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i]));
    expectProblem(await rename(withMembers(1000)), ValidationFailed, {
      errors: expect.any(Array),
      omittedErrors: 950,
    });
    expectProblem(await rename(withMembers(1001)), BodyMalformed);
  });

  const malformed: Array<[string, string | Buffer]> = [
    ['that is no JSON', '{name: "x"}'],
    ['that ends early', '{"name":"x"'],
    ['of two objects', '{"name":"x"}{}'],
    ['that is an array', '[]'],
    ['that is a string', '"x"'],
    ['that is null', 'null'],
    ['that is a number', '1'],
    ['of blanks', '  '],
    ['that names a member twice', '{"name":"x","name":"y"}'],
    ['that names a member twice, once with an escape', '{"name":"x","n\\u0061me":"y"}'],
    ['that names a member twice deep inside', '{"a":[{"b":1,"b":2}]}'],
    ['with a member __proto__', '{"__proto__":{"plan":"team"}}'],
    ['with an escaped member __proto__', '{"\\u005f_proto__":{"plan":"team"}}'],
    ['with a member constructor', '{"constructor":{"prototype":{"plan":"team"}}}'],
    ['with a member prototype deep inside', '{"a":{"prototype":{}}}'],
    ['with an integer beyond what is exact', '{"name":9007199254740993}'],
    ['with a number beyond what is finite', '{"name":1e400}'],
    ['that is not UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
    ['in UTF-16', Buffer.from('{"name":"x"}', 'utf16le')],
    ['with a control character in a string', '{"name":"a\nb"}'],
    ['with a comma too many', '{"name":"x",}'],
    ['that begins with a byte order mark', '\ufeff{"name":"x"}'],
  ];

  it.each(malformed)('%s is malformed', async (_, body) => {
    const answer = await rename(body);
    expectProblem(answer, BodyMalformed);
    expect((await ada.api.get('/v1/team')).body.plan).toBe('team');
  });

  it('that is empty is an empty object', async () => {
    expect((await rename('')).status).toBe(200);
  });

  it.each([
    ['10 kB nested 5,000 deep', nested(5000).slice(0, 10_000)],
    ['256 kB nested as deep as it goes', '['.repeat(250_000)],
    ['256 kB of one string that does not end', escapedQuotes(250_000)],
    ['256 kB of quotes', '"'.repeat(250_000)],
    ['256 kB of backslashes', `"${'\\'.repeat(250_000)}`],
    ['256 kB of digits', '1'.repeat(250_000)],
    ['256 kB of colons', ':'.repeat(250_000)],
  ])('of %s is refused at once', async (_, body) => {
    const started = performance.now();
    const answer = await rename(body);
    expect(performance.now() - started).toBeLessThan(1_000);
    expectProblem(answer, BodyMalformed);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/xml',
    'garbage',
  ])('of type %s is not taken', async (type) => {
    expectProblem(await rename('{"name":"x"}', { 'content-type': type }), UnsupportedMediaType);
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/merge-patch+json',
  ])('of type %s is taken', async (type) => {
    expect((await rename('{"name":"x"}', { 'content-type': type })).status).toBe(200);
  });

  it.each(['utf-16', 'UTF-16LE', 'iso-8859-1', '"utf-16"', ''])(
    'that says it is in charset %p is malformed',
    async (charset) => {
      const type = `application/json; charset=${charset}`;
      expectProblem(await rename('{"name":"x"}', { 'content-type': type }), BodyMalformed);
    },
  );

  it('is told all its issues at once, each by its pointer', async () => {
    const answer = await rename({ name: '', 'a/b~c': 1, description: 5 });
    expectProblem(answer, ValidationFailed, {
      errors: expect.arrayContaining([
        { pointer: '/name', code: 'is-length', message: expect.any(String) },
        { pointer: '/a~1b~0c', code: 'unknown-member', message: expect.any(String) },
        { pointer: '/description', code: 'is-string', message: expect.any(String) },
      ]),
    });
    expect(answer.body.errors).toHaveLength(3);
  });

  it('is refused where none is wanted', async () => {
    expectProblem(await ada.api.post('/v1/team/leave', { now: true }), ValidationFailed, {
      errors: [{ pointer: '/now', code: 'unknown-member', message: 'There is no now here.' }],
    });
    expectProblem(await ada.api.post('/v1/team/leave', {}), OwnerCannotLeave);
  });
});

describe('a query', () => {
  it.each([
    ['/v1/me?verbose=1', 'verbose'],
    ['/v1/team?fields=name', 'fields'],
    ['/v1/audit-events?actor=x', 'actor'],
    ['/v1/audit-events?__proto__=x', '__proto__'],
    ['/v1/audit-events?constructor=x', 'constructor'],
    ['/v1/audit-events?limit[]=1', 'limit[]'],
    ['/v1/abilities?', null],
  ])('%s', async (path, parameter) => {
    const answer = await ada.api.get(path);
    const expected = parameter && [
      { parameter, code: 'unknown-member', message: `There is no ${parameter} here.` },
    ];
    expect([answer.status, answer.body.errors ?? null]).toEqual([parameter ? 422 : 200, expected]);
  });

  it('names a parameter once', async () => {
    expectProblem(await ada.api.get('/v1/audit-events?limit=1&limit=2'), QueryMalformed);
    expectProblem(await ada.api.get('/v1/audit-events?limit=1&limit=1'), QueryMalformed);
  });

  it.each(['/health/live?probe=1', '/health/ready?probe=1', '/metrics?name=x'])(
    'is ignored on %s, which machines poll with parameters of their own',
    async (path) => {
      expect((await app.anyone.get(path)).status).toBe(200);
    },
  );
});

describe('an address', () => {
  it.each(['/v1/nope', '/v1', '/v2/me', '/V1/me', '/v1/me/', '/v1/%6de%2f'])(
    '%s is not there',
    async (path) => {
      expectProblem(await ada.api.get(path), NotFound);
    },
  );

  it.each([
    ['DELETE', '/v1/me', 'GET, HEAD'],
    ['PUT', '/v1/team', 'GET, HEAD, PATCH'],
    ['GET', '/v1/auth/sign-in', 'POST'],
    ['OPTIONS', '/v1/me', 'GET, HEAD'],
    ['POST', `/v1/api-keys/${'x'.repeat(200)}`, 'DELETE, GET, HEAD, PATCH'],
  ])('knows no %s %s, and says what it knows', async (method, path, allow) => {
    const answer = await ada.api.send(method, path);
    expectProblem(answer, MethodNotAllowed, { allow: allow.split(', ') });
    expect(answer.headers['allow']).toBe(allow);
  });

  it('answers HEAD as GET without a body', async () => {
    const [get, head] = [await ada.api.get('/v1/team'), await ada.api.send('HEAD', '/v1/team')];
    expect([head.status, head.text, head.headers['etag']]).toEqual([200, '', get.headers['etag']]);
  });

  it('with a very long identifier is not there either', async () => {
    expectProblem(await ada.api.get(`/v1/api-keys/key_${'x'.repeat(5000)}`), NotFound);
  });

  it('with an identifier of another kind is not found', async () => {
    for (const id of [ada.id, ada.teamId, '%00', '..%2f..%2fteam', "' OR 1=1 --"].map(encodeURI))
      expectProblem(await ada.api.get(`/v1/api-keys/${id}`), NotFound);
  });
});

describe('every answer', () => {
  it('repeats the Request-Id of the caller where it is a harmless one', async () => {
    for (const id of ['abcdefgh', 'A_b-1234', 'x'.repeat(64)])
      expect((await ada.api.get('/v1/me', { 'request-id': id })).headers['request-id']).toBe(id);
  });

  it.each(['short', 'x'.repeat(65), 'with blank', 'a'.repeat(8) + '\u00e9', 'a;b;c;d;e'])(
    'has a Request-Id of its own instead of %p',
    async (id) => {
      const { headers } = await ada.api.get('/v1/me', { 'request-id': id });
      expect(headers['request-id']).toMatch(/^[\w-]{8,64}$/);
      expect(headers['request-id']).not.toBe(id);
    },
  );

  it('has security headers, whatever it is', async () => {
    const answers = [
      await ada.api.get('/v1/me'),
      await app.anyone.get('/v1/me'),
      await ada.api.get('/v1/nope'),
      await rename('{'),
      await app.anyone.get('/health/live'),
    ];
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'request-id': expect.stringMatching(/^[\w-]{8,64}$/),
      });
  });

  it('asks for https only over https, and for this name alone', async () => {
    expect((await ada.api.get('/v1/me')).headers['strict-transport-security']).toBeUndefined();
  });

  it('says nothing of what the server is made of', async () => {
    const { headers } = await ada.api.get('/v1/me');
    expect(headers['server']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('lets no page of another origin read it', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' };
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await ada.api.send(method, '/v1/me', undefined, headers);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('has times in UTC with milliseconds', async () => {
    const { body } = await ada.api.get('/v1/team');
    for (const time of [body.createdAt, body.updatedAt])
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('a problem', () => {
  it('has a type that is an address of this server', async () => {
    const { body } = await app.anyone.get('/v1/me');
    expect(body.type).toBe(`${app.origin}/problems/credential-missing`);
    expect((await app.anyone.get('/problems/credential-missing')).status).toBe(200);
  });

  it('believes no Host that is not one', async () => {
    const { status, body } = await app.anyone.get('/v1/me', { host: '"><script>' });
    expect([status, body.type]).toEqual([400, 'http://localhost/problems/request-malformed']);
  });

  it('names the path as its instance, and not the query', async () => {
    expect((await app.anyone.get('/v1/audit-events?limit=5')).body.instance).toBe('/v1/audit-events');
  });

  it('holds no token of its path, however that is written', async () => {
    for (const written of [ada.token, ada.token.replaceAll('_', '%5F'), ada.token.replace('p', '%70')]) {
      const { body } = await app.anyone.get(`/v1/api-keys/${written}`);
      expect(body.instance).toBe('/v1/api-keys/pulse_ses_...');
    }
  });

  it('is a conflict with a code of its own', async () => {
    expectProblem(await ada.api.post('/v1/team/leave'), OwnerCannotLeave);
  });
});

describe('a fault of the server', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is answered with the request id and nothing of the fault', async () => {
    jest
      .spyOn(app.get(MeService), 'get')
      .mockRejectedValue(new TypeError('SELECT secret FROM users at /srv/pulse/dist/me.js:12'));
    const answer = await ada.api.get('/v1/me');
    expectProblem(answer, InternalError);
    expect(answer.text).not.toMatch(/SELECT|TypeError|\.js|\/srv/);
  });

  it('is no fault of the next request', async () => {
    expect((await ada.api.get('/v1/me')).status).toBe(200);
  });
});

describe('the catalogue of abilities', () => {
  it('is there for any caller, with a sentence and the roles for each', async () => {
    const key = await app.given.key(ada, [Ability.MonitorsRead]);
    const { status, body } = await key.api.get('/v1/abilities');
    expect(status).toBe(200);
    expect(body.data).toHaveLength(22);
    expect(body.data).toContainEqual({
      name: 'team:delete',
      description: expect.stringMatching(/\.$/),
      roles: ['owner'],
      projectScoped: false,
    });
  });
});
