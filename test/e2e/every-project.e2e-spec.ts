import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isProjectScoped } from '../../src/auth/ability.js';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import { ApiKey } from '../../src/api-keys/api-key.entity.js';
import { Transactions } from '../../src/database/transactions.js';
import { NotFound, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { beforeTheChange, expectNothingDone } from '../before-the-change.js';
import { expectProblem } from '../expect-problem.js';
import type { Answer } from '../http-client.js';
import { idInputs, idOf, unusedLike, withIds, withoutIds } from '../ids.js';
import { type LimitedScene, newLimitedScene } from '../limited-scene.js';
import { type Operation, operations } from '../operations.js';
import { callOf, perform, requestFor, send } from '../perform.js';

/**
 * Every operation that takes a key, called with one that is limited to a project: what is beyond it is what never
 * was. An operation that is added is tested by being there.
 */
let app: TestApp;
/** A team that nothing happens to. */
let scene: LimitedScene;
beforeAll(async () => {
  app = await TestApp.start();
  scene = await newLimitedScene(app);
});
afterAll(() => app.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

const forKeys = operations.filter(({ isPublic, isForPeople }) => !isPublic && !isForPeople);
const scoped = forKeys.filter(({ required }) => required.every(isProjectScoped));
const teamWide = forKeys.filter((operation) => !scoped.includes(operation));
const byPath = scoped.filter(({ path }) => path.includes('{'));
const lists = scoped.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));

/** The ids of all things that are beyond the projects of a scene's key, or of the team as a whole. */
const idsBeyond = ({ beyond }: LimitedScene): string[] => [
  ...Object.values(beyond).filter((value) => typeof value === 'string'),
  beyond.key.id,
  beyond.member.id,
];

describe.each(teamWide)('$method $path', (operation) => {
  it('takes no key that is limited to projects', async () => {
    expectProblem(await perform(operation, scene.inside, scene.limited.api), AbilityMissing, {
      required: operation.required,
      missing: operation.required,
    });
  });

  it('is what no key can be made for that is limited to projects', async () => {
    const { owner, projectId } = scene.inside;
    const abilities = ['monitors:read', ...operation.required];
    const answer = await owner.api.post('/v1/api-keys', {
      name: 'CI',
      abilities,
      projectIds: [projectId],
    });
    expectProblem(answer, ValidationFailed, {
      errors: operation.required.map((_, i) =>
        expect.objectContaining({ pointer: `/abilities/${i + 1}`, code: 'not-project-scoped' }),
      ),
    });
  });
});

describe.each(scoped)('$method $path', (operation) => {
  it('does for a limited key what is in its projects, and tells nothing of the rest', async () => {
    const at = await newLimitedScene(app);
    const api = callOf(operation).as?.(at.inside) ?? at.limited.api;
    const { status, text } = await perform(operation, at.inside, api);
    expect(status).toBeLessThan(300);
    expect(idsBeyond(at).filter((id) => text.includes(id))).toEqual([]);
    expect(text).not.toMatch(/Checkout|Empty|Default/);
  });
});

describe.each(lists)('$method $path', (operation) => {
  it('has entries for a limited key', async () => {
    const { body } = await perform(operation, scene.inside, scene.limited.api);
    expect(body.data.length).toBeGreaterThan(0);
  });
});

describe.each(byPath)('$method $path', (operation) => {
  it('knows nothing beyond the projects of the key, exactly as if it never was, and does nothing', async () => {
    const request = requestFor(operation, scene.inside);
    const { path } = requestFor(operation, scene.beyond);
    const beyond = await send(operation, scene.limited.api, { ...request, path });
    const unused = await send(operation, scene.limited.api, {
      ...request,
      path: withIds(path, unusedLike),
    });
    expectProblem(beyond, NotFound);
    expect(withoutIds(beyond)).toEqual(withoutIds(unused));
    await expectNothingDone(app, beyond);
  });

  it('heeds no condition for it', async () => {
    const request = requestFor(operation, scene.inside);
    const { path } = requestFor(operation, scene.beyond);
    for (const [name, value] of [
      ['if-match', '"x"'],
      ['if-match', '*'],
      ['if-none-match', '*'],
    ] as const)
      expectProblem(
        await send(operation, scene.limited.api.with({ [name]: value }), { ...request, path }),
        NotFound,
      );
  });
});

describe.each(scoped.flatMap(idInputs))(
  '$name in the $part of $method $path',
  ({ name, part, prefix, isList, ...operation }) => {
    it('is beyond the projects of the key exactly as if it never was', async () => {
      const request = requestFor(operation, scene.inside);
      const withInput = (id: string) =>
        send(operation, scene.limited.api, {
          ...request,
          [part]: { ...request[part as 'body'], [name]: isList ? [id] : id },
        });
      const id = idOf(scene.beyond, prefix);
      const beyond = await withInput(id);
      const unused = await withInput(unusedLike(id));
      expect(beyond.body.data ?? []).toEqual([]);
      expect(beyond.status === 200 || beyond.status >= 400).toBe(true);
      expect(withoutIds(beyond)).toEqual(withoutIds(unused));
    });
  },
);

/** Those that are about a thing. What a key makes of itself, or for itself, it may make when it is limited, too. */
const changingThings = byPath.filter(({ method }) => method !== 'GET');
const changingTeam = teamWide.filter(({ method }) => method !== 'GET');

/** What becomes of `operation` on what is beyond a project, by a key that is limited to it after it was let in. */
async function performWhileLimited(operation: Operation): Promise<Answer> {
  const { beyond, inside } = await newLimitedScene(app);
  const { id, api } = await app.given.key(beyond.owner);
  const limit = { projectIds: [inside.projectId] };
  beforeTheChange(app, () =>
    app.get(Transactions).run(({ manager }) => manager.update(ApiKey, { id }, limit)),
  );
  return perform(operation, beyond, api);
}

describe.each(changingThings)('$method $path', (operation) => {
  it('does nothing beyond the projects that a key is limited to after it was let in', async () => {
    const answer = await performWhileLimited(operation);
    expectProblem(answer, NotFound);
    await expectNothingDone(app, answer);
  });
});

describe('POST /v1/monitors', () => {
  it('makes none beyond the projects that a key is limited to after it was let in', async () => {
    const answer = await performWhileLimited(operations.find(({ id }) => id === 'createMonitor')!);
    expect(answer.body.errors).toMatchObject([{ pointer: '/projectId', code: 'project' }]);
    await expectNothingDone(app, answer);
  });
});

describe.each(changingTeam)('$method $path', (operation) => {
  it('does nothing for a key that is limited after it was let in', async () => {
    const answer = await performWhileLimited(operation);
    expectProblem(answer, AbilityMissing, { required: operation.required, missing: operation.required });
    await expectNothingDone(app, answer);
  });
});
