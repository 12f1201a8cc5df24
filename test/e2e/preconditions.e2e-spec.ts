import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import {
  BodyMalformed,
  NotFound,
  PreconditionFailed,
  ValidationFailed,
} from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { apiDocument } from '../contract.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import type { Answer, Headers, HttpClient } from '../http-client.js';
import { fill, type Operation, operations } from '../operations.js';
import { callOf, perform } from '../perform.js';
import { RawConnection } from '../raw-connection.js';
import { newScene, type Scene } from '../scene.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
});
afterAll(() => app.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

const STALE = '"k1u3Zq8nP0a7XbJd.Vw2sT5yR9cLm4HfE"';

const ofApi = operations.filter(({ path }) => path.startsWith('/v1/'));
const changing = ofApi.filter(({ method }) => method !== 'GET');
const reading = ofApi.filter(({ method }) => method === 'GET');
/** Whether the document tells of a header of requests. */
const reads = (name: string) => (operation: Operation) =>
  JSON.stringify(apiDocument.paths[operation.path]![operation.method.toLowerCase()]).includes(
    `#/components/parameters/${name}"`,
  );
const conditional = changing.filter(reads('If-Match'));
const tagged = reading.filter(reads('If-None-Match'));
const untagged = reading.filter((operation) => !tagged.includes(operation));

const callWith = (operation: Operation, scene: Scene, headers: Headers): Promise<Answer> =>
  perform(operation, scene, (callOf(operation).as?.(scene) ?? scene.owner.api).with(headers));

async function successesOf({ headers }: Answer): Promise<number> {
  const [{ count }] = await app.dataSource.query(
    "SELECT COUNT(*) AS count FROM audit_events WHERE outcome = 'success' AND requestId = ?",
    [headers['request-id']],
  );
  return Number(count);
}

/** An answer after the first one: the first use of a key is noted, and changes what is read of it. */
async function readAgain(api: HttpClient, path: string): Promise<Answer> {
  await api.get(path);
  await app.settled();
  return api.get(path);
}

/** The tag of what an operation changes: what is read at its path, or at the one that its action belongs to. */
async function tagFor(operation: Operation, scene: Scene): Promise<string> {
  const path = fill(operation.path, callOf(operation).path?.(scene) ?? {});
  const api = callOf(operation).as?.(scene) ?? scene.owner.api;
  for (const address of [path, path.slice(0, path.lastIndexOf('/'))]) {
    const { headers } = await readAgain(api, address);
    if (headers.etag) return headers.etag;
  }
  throw new Error(`Nothing tagged is read at ${path}`);
}

describe.each(changing)('$method $path', (operation) => {
  it('changes nothing where If-Match names another edition, and none where If-None-Match takes any', async () => {
    const scene = await newScene(app);
    for (const headers of [{ 'if-match': STALE }, { 'if-none-match': '*' }] as Headers[]) {
      const answer = await callWith(operation, scene, headers);
      expectProblem(answer, PreconditionFailed);
      expect(await successesOf(answer)).toBe(0);
    }
    expect((await callWith(operation, scene, { 'if-match': '*' })).status).toBeLessThan(300);
  });
});

describe.each(conditional)('$method $path', (operation) => {
  it('takes the tag of what it changes, and refuses it where it must not be there', async () => {
    const scene = await newScene(app);
    const tag = await tagFor(operation, scene);
    expectProblem(await callWith(operation, scene, { 'if-none-match': `"x", W/${tag}` }), PreconditionFailed);
    expect((await callWith(operation, scene, { 'if-match': `"x", ${tag}` })).status).toBeLessThan(300);
  });
});

describe.each(tagged)('$method $path', (operation) => {
  it('is read by HEAD and GET alike, with each condition', async () => {
    const scene = await newScene(app);
    const path = fill(operation.path, callOf(operation).path?.(scene) ?? {});
    const api = callOf(operation).as?.(scene) ?? scene.owner.api;
    // What is open gets longer by the second.
    jest.spyOn(app.clock, 'now').mockReturnValue(app.clock.now());
    const tag = (await readAgain(api, path)).headers.etag!;
    for (const method of ['GET', 'HEAD']) {
      const statusWith = async (headers: Headers) =>
        (await api.send(method, path, undefined, headers)).status;
      expect([
        await statusWith({ 'if-none-match': tag }),
        await statusWith({ 'if-none-match': `W/${tag}` }),
        await statusWith({ 'if-none-match': '*' }),
        await statusWith({ 'if-none-match': STALE }),
        await statusWith({ 'if-match': tag }),
        await statusWith({ 'if-match': STALE }),
        await statusWith({ 'if-match': STALE, 'if-none-match': tag }),
        await statusWith({ 'if-match': tag, 'if-none-match': tag }),
      ]).toEqual([304, 304, 304, 200, 200, 412, 412, 304]);
    }
  });
});

describe.each(untagged)('$method $path', (operation) => {
  it('has no edition that If-Match could name', async () => {
    const scene = await newScene(app);
    expectProblem(await callWith(operation, scene, { 'if-match': STALE }), PreconditionFailed);
    expect((await callWith(operation, scene, { 'if-match': '*' })).status).toBe(200);
  });
});

describe('an answer 304', () => {
  it.each(['GET', 'HEAD'])('to %s has the tag, and nothing that would describe a body', async (method) => {
    const { etag } = (await ada.api.get('/v1/team')).headers;
    const connection = await RawConnection.open(Number(new URL(app.origin).port));
    connection.send(
      `${method} /v1/team HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ada.token}\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`,
    );
    const [head, body] = (await connection.rest()).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 304 /);
    expect(head!.toLowerCase()).toContain(`etag: ${etag!.toLowerCase()}`);
    expect(head).not.toMatch(/^(content-|transfer-encoding)(?!security)/im);
    expect(body).toBe('');
  });
});

describe('a change that does not meet its condition', () => {
  const rename = (headers: Headers, body: object = { name: 'Stale' }) =>
    ada.api.patch('/v1/team', body, headers);

  it('is told that a proxy made the tag weak, and what to do', async () => {
    const { etag } = (await ada.api.get('/v1/team')).headers;
    const { body } = await rename({ 'if-match': `W/${etag}` });
    expect([body.status, body.detail]).toEqual([412, expect.stringMatching(/weak.*proxy.*identity/)]);
    expect((await ada.api.get('/v1/team')).headers.etag).toBe(etag);
  });

  it.each([
    [`W/${STALE}`, 'was changed'],
    [STALE, 'was changed'],
    ['"x"', 'was changed'],
    ['x', 'no entity tag'],
    ['', 'no entity tag'],
  ])('is told what is wrong with If-Match: %s', async (tag, detail) => {
    expect((await rename({ 'if-match': tag })).body.detail).toContain(detail);
  });

  it('is made where somebody else has changed nothing that callers write', async () => {
    const { headers } = await ada.api.get('/v1/team');
    await rename({}, { description: 'Changed' });
    expectProblem(await rename({ 'if-match': headers.etag! }), PreconditionFailed);
    const fresh = (await ada.api.get('/v1/team')).headers.etag!;
    expect((await rename({ 'if-match': fresh }, { name: 'Fresh' })).status).toBe(200);
  });

  it('is refused for what else is wrong with it first', async () => {
    const stale = { 'if-match': STALE };
    expectProblem(await rename(stale, { name: '' }), ValidationFailed, { errors: [expect.anything()] });
    expectProblem(await ada.api.patch('/v1/team', '{', stale), BodyMalformed);
    expectProblem(await ada.api.delete('/v1/monitors/mon_x', stale), NotFound);
  });

  it('leaves a denied attempt in the audit log, whatever its conditions are', async () => {
    const key = await app.given.key(ada, ['monitors:read']);
    const answer = await key.api.patch('/v1/team', { name: 'Mine' }, { 'if-match': STALE });
    expectProblem(answer, AbilityMissing, { required: ['team:write'], missing: ['team:write'] });
    const denied = await app.given.log(ada, '&action=team.updated&outcome=denied');
    expect(denied.map(({ context }) => context.requestId)).toContain(answer.headers['request-id']);
  });
});
