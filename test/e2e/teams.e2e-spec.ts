import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing, SessionRequired } from '../../src/auth/auth.problems.js';
import { Transactions } from '../../src/database/transactions.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { OwnerCannotLeave, OwnerProtected, TeamLimitReached } from '../../src/teams/teams.problems.js';
import { Membership } from '../../src/teams/membership.entity.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';

const { ApiKeysRead, TeamDelete, TeamWrite } = Ability;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ env: { DEFAULT_PLAN: 'starter' } });
});
afterAll(() => app.stop());

describe('the number of teams of a person', () => {
  const found = (person: Person) => person.api.post('/v1/teams', { name: 'Engines' });

  it('is limited, exactly, under 50 parallel requests', async () => {
    const ada = await app.given.owner();
    const answers = await Promise.all(Array.from({ length: 50 }, () => found(ada)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(19);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectProblem(answer, TeamLimitReached, { limit: 20, used: 20 });
    expect((await ada.api.get('/v1/teams')).body.data).toHaveLength(20);
    expectProblem(await found(ada), TeamLimitReached, { limit: 20, used: 20 });
  });

  it('is limited by those one owns: others are joined, and none is given to who has as many as they can', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.owner();
    for (let owned = 1; owned < 20; owned += 1) await found(grace);
    const joined = await app.given.member(ada, 'admin');
    await app
      .get(Transactions)
      .run(({ manager }) => manager.update(Membership, { userId: joined.id }, { userId: grace.id }));
    const transfer = () => ada.api.post('/v1/team/transfer-ownership', { userId: grace.id });
    expectProblem(await transfer(), TeamLimitReached, { limit: 20, used: 20 });
  });
});

describe('POST /v1/teams', () => {
  it('creates a team of which one is the owner, on the default plan', async () => {
    const ada = await app.given.owner();

    const { status, headers, body } = await ada.api.post('/v1/teams', {
      name: ' Engines ',
      description: 'All of them',
    });

    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/teams/${body.id}`);
    expect((await ada.api.get(headers['location']!)).body).toEqual(body);
    expect(body).toEqual({
      id: expect.stringMatching(/^team_/),
      name: 'Engines',
      description: 'All of them',
      plan: 'starter',
      maxKeyLifetimeDays: null,
      role: 'owner',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await ada.api.get('/v1/teams')).body.data[1]).toEqual(body);
  });

  it('leaves the session in the team it is in', async () => {
    const ada = await app.given.owner();
    await ada.api.post('/v1/teams', { name: 'Engines' });
    expect((await ada.api.get('/v1/team')).body.id).toBe(ada.teamId);
  });

  it('is in the log of the new team, and not in that of the old one', async () => {
    const ada = await app.given.owner();
    const { body } = await ada.api.post('/v1/teams', { name: 'Engines' });
    expect(await app.given.log(ada, `&targetId=${body.id}`)).toEqual([]);
    await ada.api.put('/v1/auth/session/team', { teamId: body.id });
    expect((await app.given.log(ada, '&action=team.created'))[0]).toMatchObject({
      actor: { type: 'user', id: ada.id },
      target: { type: 'team', id: body.id, name: 'Engines' },
      changes: [
        { field: 'name', from: null, to: 'Engines' },
        { field: 'description', from: null, to: null },
        { field: 'plan', from: null, to: 'starter' },
      ],
    });
  });

  it('is nothing a key can do', async () => {
    const key = await app.given.key(await app.given.owner());
    expectProblem(await key.api.post('/v1/teams', { name: 'Engines' }), SessionRequired);
  });

  it.each([
    [{}, '/name'],
    [{ name: 'x'.repeat(81) }, '/name'],
    [{ name: 'Engines', description: 'x'.repeat(501) }, '/description'],
    [{ name: 'Engines', plan: 'team' }, '/plan'],
  ])('refuses %p', async (input, pointer) => {
    const ada = await app.given.owner();
    expectProblem(await ada.api.post('/v1/teams', input), ValidationFailed, {
      errors: [expect.objectContaining({ pointer })],
    });
  });
});

describe('GET /v1/teams', () => {
  it('lists the teams one belongs to with the role in each, and no other', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    const { body: own } = await grace.api.post('/v1/teams', { name: 'Compilers' });
    const { body } = await grace.api.get('/v1/teams');
    expect(body.data).toMatchObject([
      { id: ada.teamId, role: 'viewer' },
      { id: own.id, role: 'owner' },
    ]);
    expect(body.nextCursor).toBeNull();
  });

  it('is closed to keys', async () => {
    const key = await app.given.key(await app.given.owner());
    expectProblem(await key.api.get('/v1/teams'), SessionRequired);
  });
});

describe('/v1/team', () => {
  it('shows the current team to a key that may read it, and to no other', async () => {
    const ada = await app.given.owner();
    const reader = await app.given.key(ada, [Ability.TeamRead]);
    const other = await app.given.key(ada, [ApiKeysRead]);
    expect((await reader.api.get('/v1/team')).body.id).toBe(ada.teamId);
    expectProblem(await other.api.get('/v1/team'), AbilityMissing, {
      required: [Ability.TeamRead],
      missing: [Ability.TeamRead],
    });
  });

  it('takes another name and description, and records what changed', async () => {
    const ada = await app.given.owner();

    const { status, body } = await ada.api.patch('/v1/team', { name: 'Engines', description: 'All' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ id: ada.teamId, name: 'Engines', description: 'All' });
    expect((await ada.api.get('/v1/team')).body).toEqual(body);
    expect((await app.given.log(ada, '&action=team.updated'))[0].changes).toEqual([
      { field: 'name', from: "Ada Lovelace's team", to: 'Engines' },
      { field: 'description', from: null, to: 'All' },
    ]);
  });

  it('loses its description to null, and keeps it when it is left out', async () => {
    const ada = await app.given.owner();
    await ada.api.patch('/v1/team', { description: 'All' });
    expect((await ada.api.patch('/v1/team', { name: 'Engines' })).body.description).toBe('All');
    expect((await ada.api.patch('/v1/team', { description: null })).body.description).toBeNull();
  });

  it('refuses a change of what was changed meanwhile', async () => {
    const ada = await app.given.owner();
    const { headers } = await ada.api.get('/v1/team');
    const ifMatch = { 'if-match': headers['etag']! };
    expect((await ada.api.patch('/v1/team', { name: 'First' }, ifMatch)).status).toBe(200);
    expectProblem(await ada.api.patch('/v1/team', { name: 'Second' }, ifMatch), PreconditionFailed);
  });

  it.each(['member', 'viewer'] as const)('is not for a %s to change', async (role) => {
    const grace = await app.given.member(await app.given.owner(), role);
    expectProblem(await grace.api.patch('/v1/team', { name: 'Mine' }), AbilityMissing, {
      required: [TeamWrite],
      missing: [TeamWrite],
    });
  });

  it('cannot put itself on another plan', async () => {
    const ada = await app.given.owner();
    expectProblem(await ada.api.patch('/v1/team', { plan: 'team' }), ValidationFailed, {
      errors: [expect.objectContaining({ pointer: '/plan', code: 'unknown-member' })],
    });
  });
});

describe('POST /v1/team/leave', () => {
  it('ends the membership, its sessions and its keys', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const key = await app.given.key(grace);

    expect((await grace.api.post('/v1/team/leave')).status).toBe(204);

    expect((await grace.api.get('/v1/me')).status).toBe(401);
    expect((await key.api.get('/v1/me')).status).toBe(401);
    expect((await ada.api.get('/v1/members')).body.data).toHaveLength(1);
    expect(await app.given.log(ada, '&action=member.left')).toMatchObject([
      { actor: { id: grace.id }, target: { type: 'member', id: grace.id, name: 'Grace Hopper' } },
    ]);
    expect(await app.given.log(ada, '&action=api-key.revoked')).toMatchObject([{ target: { id: key.id } }]);
  });

  it('is nothing the owner can do', async () => {
    const ada = await app.given.owner();
    expectProblem(await ada.api.post('/v1/team/leave'), OwnerCannotLeave);
    expect((await ada.api.get('/v1/me')).body.role).toBe('owner');
  });

  it('is nothing a key can do', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(await app.given.member(ada, 'admin'));
    expectProblem(await key.api.post('/v1/team/leave'), SessionRequired);
  });
});

describe('POST /v1/team/transfer-ownership', () => {
  it('makes a member the owner and the owner an admin, and records it', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');

    const { status, body } = await ada.api.post('/v1/team/transfer-ownership', { userId: grace.id });

    expect(status).toBe(200);
    expect(body).toMatchObject({ userId: grace.id, role: 'owner' });
    expect((await ada.api.get('/v1/me')).body.role).toBe('admin');
    expect((await grace.api.get('/v1/me')).body.role).toBe('owner');
    expect((await app.given.log(grace, '&action=team.ownership-transferred'))[0]).toMatchObject({
      actor: { id: ada.id },
      target: { type: 'member', id: grace.id },
      changes: [{ field: 'owner', from: ada.id, to: grace.id }],
    });
  });

  it('takes effect once when it is asked for twice at the same moment', async () => {
    const ada = await app.given.owner();
    const heirs = [await app.given.member(ada, 'admin'), await app.given.member(ada, 'admin')];

    const answers = await Promise.all(
      heirs.map(({ id }) => ada.api.post('/v1/team/transfer-ownership', { userId: id })),
    );

    // The second finds out when it begins, or only when the first lets go of the team.
    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(['ability-missing', 'owner-protected']).toContain(codes.find((code) => code !== undefined));
    const { body } = await ada.api.get('/v1/members');
    expect(body.data.filter(({ role }: { role: string }) => role === 'owner')).toHaveLength(1);
  });

  it('is nothing an admin can do', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'admin');
    expectProblem(await grace.api.post('/v1/team/transfer-ownership', { userId: grace.id }), AbilityMissing, {
      required: [TeamDelete],
      missing: [TeamDelete],
    });
  });

  it('is nothing a key can do, not even one of the owner', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'admin');
    const key = await app.given.key(ada);
    expectProblem(await key.api.post('/v1/team/transfer-ownership', { userId: grace.id }), SessionRequired);
  });

  it('needs an heir who belongs to the team and is not the owner already', async () => {
    const ada = await app.given.owner();
    const eve = await app.given.owner({ name: 'Eve' });
    const transfer = (userId: string) => ada.api.post('/v1/team/transfer-ownership', { userId });
    expectProblem(await transfer(eve.id), NotFound);
    expectProblem(await transfer('usr_nope'), NotFound);
    expectProblem(await transfer(ada.id), OwnerProtected);
  });
});
