import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotFound } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { idInputs, idOf, unusedLike, withIds, withoutIds } from '../ids.js';
import { type Operation, operations } from '../operations.js';
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

/** Each id that an operation takes in its body or query. */
const inputs = operations.flatMap(idInputs);

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
