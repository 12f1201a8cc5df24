import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resolve } from '../../src/docs/openapi.js';
import { BodyMalformed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { type Operation, operations, schemas } from '../operations.js';
import { requestFor, send } from '../perform.js';
import { newScene, type Scene } from '../scene.js';

/** Every body an operation takes: what it declares counts, and nothing else has an effect. */
let app: TestApp;
let scene: Scene;
beforeAll(async () => {
  app = await TestApp.start();
  scene = await newScene(app);
});
afterAll(() => app.stop());

const withBody = operations.filter(({ body }) => body !== null);
const patching = operations.filter(({ method }) => method === 'PATCH');

const membersOf = ({ body }: Operation): string[] => Object.keys(resolve(body!, schemas).properties ?? {});

/** The resource that `operation` changes, as it can be read. */
async function read(operation: Operation): Promise<Record<string, unknown>> {
  const reading = operations.find(({ method, path }) => method === 'GET' && path === operation.path)!;
  const { path } = requestFor(operation, scene);
  return (await send(reading, scene.owner.api, { path, query: {}, body: undefined })).body;
}

async function sendBody(operation: Operation, body: object) {
  return send(operation, scene.owner.api, { ...requestFor(operation, scene), body });
}

describe.each(patching)('$method $path', (operation) => {
  it('refuses its own answer, naming each member that cannot be written, and changes nothing', async () => {
    const before = await read(operation);
    const answer = await sendBody(operation, before);
    const readOnly = Object.keys(before).filter((member) => !membersOf(operation).includes(member));
    expect(answer.status).toBe(422);
    const unknown = answer.body.errors.filter(({ code }: { code: string }) => code === 'unknown-member');
    expect(unknown.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining(readOnly.map((member) => `/${member}`)),
    );
    expect(await read(operation)).toEqual(before);
  });

  it('changes nothing when what can be written is sent back', async () => {
    const before = await read(operation);
    const writable = membersOf(operation).filter((member) => member in before);
    const body = Object.fromEntries(writable.map((member) => [member, before[member]]));
    expect((await sendBody(operation, body)).status).toBe(200);
    const after = await read(operation);
    expect({ ...after, updatedAt: before['updatedAt'] }).toEqual({
      ...before,
      updatedAt: before['updatedAt'],
    });
  });
});

describe.each(withBody)('$method $path', (operation) => {
  it.each([
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"prototype":{"isAdmin":true}}',
    '{"\\u005f_proto__":{"isAdmin":true}}',
    '{"name":{"__proto__":{"isAdmin":true}}}',
  ])('refuses %s', async (body) => {
    expectProblem(await sendBody(operation, body as never), BodyMalformed);
    expect({}).not.toHaveProperty('isAdmin');
  });

  it.each(['{"name":"\\ud83d"}', '{"name":"\\ude00\\ud83d"}', '{"\\uD83D":1}'])(
    'refuses %s, half a character',
    async (body) => {
      expectProblem(await sendBody(operation, body as never), BodyMalformed);
    },
  );

  it('refuses a member that nobody declared', async () => {
    const { body } = requestFor(operation, scene);
    const answer = await sendBody(operation, { ...body, isAdmin: true });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ pointer: '/isAdmin', code: 'unknown-member' }),
    ]);
  });
});
