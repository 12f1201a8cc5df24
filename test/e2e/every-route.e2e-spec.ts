import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability, allAbilities } from '../../src/auth/ability.js';
import {
  AbilityMissing,
  CredentialInvalid,
  CredentialMissing,
  SessionRequired,
} from '../../src/auth/auth.problems.js';
import { Role, roleAbilities } from '../../src/auth/role.js';
import { RouteDeclarationCheck } from '../../src/audit/route-declaration-check.js';
import { generateToken } from '../../src/crypto/token.js';
import { TestApp } from '../app.js';
import { calls } from '../calls.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import type { Answer } from '../http-client.js';
import { fill, operations } from '../operations.js';
import { callOf, perform } from '../perform.js';
import { newScene, type Scene } from '../scene.js';

/** Every operation of the API document, held against what the document says of it: one that is added is tested by being there. */
let app: TestApp;

/** A team that nothing happens to. */
let scene: Scene;
beforeAll(async () => {
  app = await TestApp.start();
  scene = await newScene(app);
});
afterAll(() => app.stop());

const closed = operations.filter(({ isPublic }) => !isPublic);
const open = operations.filter(({ isPublic }) => isPublic);
const forKeys = closed.filter(({ isForPeople }) => !isForPeople);
const forPeople = closed.filter(({ isForPeople }) => isForPeople);
const changing = operations.filter(({ method }) => method !== 'GET');
const reading = operations.filter(({ method }) => method === 'GET');

describe('the API document', () => {
  it('has no operation that nobody knows how to call, and the other way round', () => {
    expect(Object.keys(calls).toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
  });
});

describe('the program', () => {
  it('does not start with a route that is not declared as it must be', () => {
    expect(app.get(RouteDeclarationCheck)).toBeInstanceOf(RouteDeclarationCheck);
  });
});

describe.each(closed)('$method $path', (operation) => {
  it('is closed to callers without a credential', async () => {
    expectProblem(await perform(operation, scene, app.anyone), CredentialMissing);
  });

  it.each([
    ['that is none', 'garbage'],
    ['of a key nobody has', generateToken('key')],
    ['of a session nobody has', generateToken('ses')],
  ])('is closed to a token %s', async (_, token) => {
    expectProblem(await perform(operation, scene, app.bearing(token)), CredentialInvalid);
  });

  it('is open to exactly the roles that have what it requires', async () => {
    const owner = await app.given.owner();
    const people: Array<[Role, Person]> = [[Role.Owner, owner]];
    for (const role of [Role.Admin, Role.Member, Role.Viewer] as const)
      people.push([role, await app.given.member(owner, role)]);
    for (const [role, { api }] of people) {
      const path = fill(operation.path, { id: 'x', userId: 'x', deliveryId: 'x' });
      const { status, body } = await api.send(operation.method, path, operation.body ? {} : undefined);
      const missing = operation.required.filter((ability) => !roleAbilities[role].has(ability));
      expect([role, status === 403 && body.missing]).toEqual([role, missing.length > 0 && missing]);
    }
  });
});

describe.each(open)('$method $path', (operation) => {
  it('is open to everybody', async () => {
    expect((await perform(operation, scene, app.anyone)).status).toBeLessThan(300);
  });
});

describe.each(forKeys)('$method $path', (operation) => {
  it('is open to a key with exactly what it requires', async () => {
    const at = operation.method === 'GET' ? scene : await newScene(app);
    const { as, alsoNeeds = [] } = callOf(operation);
    const abilities = [...operation.required, ...alsoNeeds];
    const key = await app.given.key(at.owner, abilities.length > 0 ? abilities : [Ability.ChecksRead]);
    const answer = await perform(operation, at, as ? undefined : key.api);
    expect([answer.status < 300, answer.body?.code]).toEqual([true, undefined]);
  });
});

const requirements = forKeys.flatMap((operation) =>
  operation.required.map((ability) => ({ ...operation, ability })),
);

describe.each(requirements)('$method $path', ({ ability, ...operation }) => {
  it(`is closed to a key with everything but ${ability}`, async () => {
    const others = allAbilities.filter((each) => each !== ability);
    const key = await app.given.key(scene.owner, others);
    const answer = await perform(operation, scene, key.api);
    expectProblem(answer, AbilityMissing, { required: operation.required, missing: [ability] });
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer realm="pulseapi", error="insufficient_scope", scope="${operation.required.join(' ')}"`,
    );
  });
});

describe.each(forPeople)('$method $path', (operation) => {
  it('is closed to keys', async () => {
    const key = await app.given.key(scene.owner);
    expectProblem(await perform(operation, scene, key.api), SessionRequired);
  });
});

describe.each(changing)('$method $path', (operation) => {
  it('leaves exactly the events it says in the audit log', async () => {
    const { alsoLeaves = [] } = callOf(operation);
    const answer = await perform(operation, await newScene(app));
    expect(answer.status).toBeLessThan(300);
    const expected = [...(operation.action ? [operation.action] : ['an action of its own']), ...alsoLeaves];
    expect((await eventsOf(answer)).toSorted()).toEqual(
      expected.map((action) => `${action} success`).toSorted(),
    );
  });
});

describe.each(reading)('$method $path', (operation) => {
  it('leaves no event in the audit log', async () => {
    const answer = await perform(operation, scene);
    expect(answer.status).toBeLessThan(300);
    expect(await eventsOf(answer)).toEqual([]);
  });
});

/** The actions and outcomes of the events that a request left, in any team's log. */
async function eventsOf({ headers }: Answer): Promise<string[]> {
  const rows: Array<{ action: string; outcome: string }> = await app.dataSource.query(
    'SELECT action, outcome FROM audit_events WHERE requestId = ?',
    [headers['request-id']],
  );
  return rows.map(({ action, outcome }) => `${action} ${outcome}`);
}
