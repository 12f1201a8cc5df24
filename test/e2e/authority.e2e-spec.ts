import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  AbilityMissing,
  CredentialInvalid,
  CredentialRevoked,
  PlanRequired,
} from '../../src/access/access.problems.js';
import { Role, roleAbilities } from '../../src/access/role.js';
import { ApiKey } from '../../src/api-keys/api-key.entity.js';
import { Changes } from '../../src/audit/changes.js';
import { Session } from '../../src/auth/session.entity.js';
import { Transactions } from '../../src/database/transactions.js';
import { Membership } from '../../src/teams/membership.entity.js';
import { Team } from '../../src/teams/team.entity.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Answer, HttpClient } from '../http-client.js';
import { type Operation, operations } from '../operations.js';
import { callOf, perform } from '../perform.js';
import { newScene, type Scene } from '../scene.js';

/**
 * Every operation that changes something, called by somebody who loses what it needs after they were let in and
 * before the change begins: no operation takes the word of the guards for it.
 */
let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

type Entity = typeof ApiKey | typeof Session | typeof Membership | typeof Team;

const changing = operations.filter(({ method, isPublic }) => method !== 'GET' && !isPublic);
const forKeys = changing.filter(({ isForPeople }) => !isForPeople);

/** Has `meanwhile` happen when the next request has passed the guards and wants to change something. */
function beforeTheChange(meanwhile: () => Promise<unknown>): void {
  const changes = app.get(Changes);
  for (const method of ['run', 'runAlone', 'runBefore'] as const) {
    const original = changes[method].bind(changes) as Changes['runAlone'];
    jest.spyOn(changes, method).mockImplementation(async (...change: Parameters<Changes['runAlone']>) => {
      jest.restoreAllMocks();
      await meanwhile();
      return original(...change);
    });
  }
}

const update = (entity: Entity, where: object, edit: object) =>
  app.get(Transactions).run((manager) => manager.update(entity, where, edit));

/** Who calls, as a person and with which client; for a person their own session, else a key of the owner's. */
async function callerOf(operation: Operation, scene: Scene): Promise<{ api: HttpClient; userId: string }> {
  const { as } = callOf(operation);
  if (operation.isForPeople) {
    const api = as?.(scene) ?? scene.owner.api;
    return { api, userId: api === scene.member.api ? scene.member.id : scene.owner.id };
  }
  const key = as ? scene.key : await app.given.key(scene.owner);
  return { api: key.api, userId: scene.owner.id };
}

async function expectNothingDone({ headers }: Answer): Promise<void> {
  const events = await app.dataSource.query(
    "SELECT action FROM audit_events WHERE requestId = ? AND outcome = 'success'",
    [headers['request-id']],
  );
  expect(events).toEqual([]);
}

describe.each(changing)('$method $path', (operation) => {
  it('does nothing for a credential that ends meanwhile', async () => {
    const scene = await newScene(app);
    const { api, userId } = await callerOf(operation, scene);
    const ended = { revokedAt: app.clock.now() };
    beforeTheChange(() => update(operation.isForPeople ? Session : ApiKey, { userId }, ended));
    const answer = await perform(operation, scene, api);
    expectProblem(answer, CredentialRevoked, { revokedAt: ended.revokedAt.toISOString() });
    await expectNothingDone(answer);
  });

  it('does nothing for somebody who is removed from the team meanwhile', async () => {
    const scene = await newScene(app);
    const { api, userId } = await callerOf(operation, scene);
    const { teamId } = scene.owner;
    beforeTheChange(() =>
      app.get(Transactions).run((manager) => manager.delete(Membership, { userId, teamId })),
    );
    const answer = await perform(operation, scene, api);
    expectProblem(answer, CredentialInvalid);
    await expectNothingDone(answer);
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
    const scene = await newScene(app);
    const { api, userId } = await callerOf(operation, scene);
    beforeTheChange(() => update(Membership, { userId }, { role: Role.Viewer }));
    const answer = await perform(operation, scene, api);
    expectProblem(answer, AbilityMissing, { required: operation.required, missing });
    await expectNothingDone(answer);
  });
});

describe.each(forKeys)('$method $path', (operation) => {
  it('does nothing for a key whose plan loses the API meanwhile', async () => {
    const scene = await newScene(app);
    const { api } = await callerOf(operation, scene);
    beforeTheChange(() => update(Team, { id: scene.owner.teamId }, { plan: 'free' }));
    const answer = await perform(operation, scene, api);
    expectProblem(answer, PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    await expectNothingDone(answer);
  });
});
