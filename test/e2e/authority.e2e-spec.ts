import { afterAll, afterEach, beforeAll, describe, it, jest } from '@jest/globals';
import {
  AbilityMissing,
  CredentialInvalid,
  CredentialRevoked,
  PlanRequired,
} from '../../src/auth/auth.problems.js';
import { Role, roleAbilities } from '../../src/auth/role.js';
import { ApiKey } from '../../src/api-keys/api-key.entity.js';
import { Session } from '../../src/sessions/session.entity.js';
import { Transactions } from '../../src/database/transactions.js';
import { Membership } from '../../src/teams/membership.entity.js';
import { Team } from '../../src/teams/team.entity.js';
import { TestApp } from '../app.js';
import { beforeTheChange, expectNothingDone } from '../before-the-change.js';
import { expectProblem } from '../expect-problem.js';
import type { HttpClient } from '../http-client.js';
import { type Operation, operations } from '../operations.js';
import { callOf, perform } from '../perform.js';
import { newScene, type Scene } from '../scene.js';

/**
 * Every operation that changes something, called by somebody who loses what it needs after they were let in and
 * before the change begins: no operation takes the word of the guards for it.
 */
let app: TestApp;
/** In which nothing is done, so that one is enough: what is lost in it is given back after each test. */
let scene: Scene;
let authority: Array<readonly [Entity, object[]]>;
beforeAll(async () => {
  app = await TestApp.start();
  scene = await newScene(app);
  const all = entities.map(async (each) => [each, await app.dataSource.manager.find<object>(each)] as const);
  authority = await Promise.all(all);
});
afterAll(() => app.stop());
afterEach(async () => {
  jest.restoreAllMocks();
  await app.get(Transactions).run(async ({ manager }) => {
    for (const [entity, rows] of authority) await manager.save(entity, rows);
  });
});

const entities = [ApiKey, Session, Membership, Team] as const;
type Entity = (typeof entities)[number];

const changing = operations.filter(({ method, isPublic }) => method !== 'GET' && !isPublic);
const forKeys = changing.filter(({ isForPeople }) => !isForPeople);

const update = (entity: Entity, where: object, edit: object) =>
  app.get(Transactions).run(({ manager }) => manager.update(entity, where, edit));

/** Who calls, as a person and with which client; for a person their own session, else a key of the owner's. */
async function callerOf(operation: Operation): Promise<{ api: HttpClient; userId: string }> {
  const { as } = callOf(operation);
  if (operation.isForPeople) {
    const api = as?.(scene) ?? scene.owner.api;
    return { api, userId: api === scene.member.api ? scene.member.id : scene.owner.id };
  }
  const key = as ? scene.key : await app.given.key(scene.owner);
  return { api: key.api, userId: scene.owner.id };
}

describe.each(changing)('$method $path', (operation) => {
  it('does nothing for a credential that ends meanwhile', async () => {
    const { api, userId } = await callerOf(operation);
    const ended = { revokedAt: app.clock.now() };
    beforeTheChange(app, () => update(operation.isForPeople ? Session : ApiKey, { userId }, ended));
    const answer = await perform(operation, scene, api);
    expectProblem(answer, CredentialRevoked, { revokedAt: ended.revokedAt.toISOString() });
    await expectNothingDone(app, answer);
  });

  it('does nothing for somebody who is removed from the team meanwhile', async () => {
    const { api, userId } = await callerOf(operation);
    const { teamId } = scene.owner;
    beforeTheChange(app, () =>
      app.get(Transactions).run(({ manager }) => manager.delete(Membership, { userId, teamId })),
    );
    const answer = await perform(operation, scene, api);
    expectProblem(answer, CredentialInvalid);
    await expectNothingDone(app, answer);
  });
});

const beyondViewers = changing
  .map((operation) => ({
    ...operation,
    missing: operation.required.filter((ability) => !roleAbilities[Role.Viewer].has(ability)),
  }))
  .filter(({ missing }) => missing.length > 0);

describe.each(beyondViewers)('$method $path', ({ missing, ...operation }) => {
  it('does nothing for somebody whose role loses the ability meanwhile', async () => {
    const { api, userId } = await callerOf(operation);
    beforeTheChange(app, () => update(Membership, { userId }, { role: Role.Viewer }));
    const answer = await perform(operation, scene, api);
    expectProblem(answer, AbilityMissing, { required: operation.required, missing });
    await expectNothingDone(app, answer);
  });
});

describe.each(forKeys)('$method $path', (operation) => {
  it('does nothing for a key whose plan loses the API meanwhile', async () => {
    const { api } = await callerOf(operation);
    beforeTheChange(app, () => update(Team, { id: scene.owner.teamId }, { plan: 'free' }));
    const answer = await perform(operation, scene, api);
    expectProblem(answer, PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    await expectNothingDone(app, answer);
  });
});
