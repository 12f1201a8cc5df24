import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type IdPrefix, newId } from '../../src/common/id.js';
import { resolve } from '../../src/docs/openapi.js';
import { NotFound } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Answer } from '../http-client.js';
import { type Operation, operations, schemas } from '../operations.js';
import { type Request, requestFor, send } from '../perform.js';
import { newScene, type Scene } from '../scene.js';

/** Every id an operation takes, in its path, query or body: things of other teams are things that never were. */
let app: TestApp;
let scene: Scene;
let elsewhere: Scene;
beforeAll(async () => {
  app = await TestApp.start();
  scene = await newScene(app);
  elsewhere = await newScene(app);
});
afterAll(() => app.stop());

const ID = /^([a-z]+)_[0-9a-z]{26}$/;

/** `request` with each id in it replaced. */
const withIds = <T extends object | undefined>(request: T, replace: (id: string) => string): T =>
  request && JSON.parse(JSON.stringify(request), (_, value) => (ID.test(value) ? replace(value) : value));

/** An id that nothing has, of the same kind as `id`. */
const unusedLike = (id: string): string => newId(ID.exec(id)![1] as IdPrefix);

/** The id of a thing of `scene` that has ids of this kind. */
const idOf = (
  { owner, key, projectId, monitorId, ruleId, channelId, secondTeamId }: Scene,
  prefix: string,
): string =>
  [owner.id, key.id, projectId, monitorId, ruleId, channelId, secondTeamId].find((id) =>
    id.startsWith(`${prefix}_`),
  )!;

/** What an answer says, whatever it is about. */
function withoutIds({ status, body }: Answer): object {
  const { requestId: _, ...rest } = body;
  return { status, text: JSON.stringify(rest).replaceAll(/[a-z]+_[0-9a-z]{26}/g, '<id>') };
}

const call = (operation: Operation, request: Request) => send(operation, scene.owner.api, request);

const byPath = operations.filter(({ path }) => path.includes('{'));

describe.each(byPath)('$method $path', (operation) => {
  it('knows no thing of another team, exactly as if it never was', async () => {
    const request = requestFor(operation, scene);
    const { path } = requestFor(operation, elsewhere);
    const foreign = await call(operation, { ...request, path });
    const unused = await call(operation, { ...request, path: withIds(path, unusedLike) });
    expectProblem(foreign, NotFound);
    expect(withoutIds(foreign)).toEqual(withoutIds(unused));
  });

  it.each([
    [
      'the id of a thing of another kind',
      () => (operation.path.startsWith('/v1/teams/') ? scene.owner.id : scene.owner.teamId),
    ],
    ['an id of no kind', () => 'x'],
    ['characters that no id has', () => "' OR 1=1 -- %_\u0000\u202e\ud83d\ude00"],
    ['an id beyond all measure', () => 'a'.repeat(4_000)],
    ['0, which a database may find equal to any text', () => '0'],
  ])('knows no thing under %s', async (_, id) => {
    const request = requestFor(operation, scene);
    const path = withIds(request.path, id);
    expectProblem(await call(operation, { ...request, path }), NotFound);
  });
});

/** The members of the body and the parameters of the query that hold an id, as their examples show. */
const inputs = operations.flatMap((operation) => {
  const schema = operation.body ? resolve(operation.body, schemas) : {};
  const members = Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    part: 'body',
    property,
  }));
  const parameters = operation.parameters.flatMap((parameter) =>
    parameter.in === 'query' ? [{ name: parameter.name, part: 'query', property: parameter.schema }] : [],
  );
  return [...members, ...parameters].flatMap(({ name, part, property }) => {
    const [example] = property.examples ?? [];
    const prefix = ID.exec(String(example))?.[1];
    return prefix ? [{ ...operation, name, part, prefix, isList: Array.isArray(example) }] : [];
  });
});

describe.each(inputs)(
  '$name in the $part of $method $path',
  ({ name, part, prefix, isList, ...operation }) => {
    it('is a thing of the team, and of another one exactly as if it never was', async () => {
      const request = requestFor(operation, scene);
      const withInput = (id: string) =>
        call(operation, { ...request, [part]: { ...request[part as 'body'], [name]: isList ? [id] : id } });
      const id = idOf(elsewhere, prefix);
      const foreign = await withInput(id);
      const unused = await withInput(unusedLike(id));
      expect(foreign.body.data ?? []).toEqual([]);
      expect(foreign.status === 200 || foreign.status >= 400).toBe(true);
      expect(withoutIds(foreign)).toEqual(withoutIds(unused));
    });
  },
);
