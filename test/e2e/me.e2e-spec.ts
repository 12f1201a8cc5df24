import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability, allAbilities } from '../../src/auth/ability.js';
import { CredentialMissing } from '../../src/auth/auth.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';

const { ApiKeysRead, MonitorsRead, MonitorsWrite, MembersWrite } = Ability;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

describe('GET /v1/me', () => {
  it('tells a person who they are, and all they may do', async () => {
    const ada = await app.given.owner();

    const { status, body } = await ada.api.get('/v1/me');

    expect(status).toBe(200);
    expect(body).toEqual({
      type: 'user',
      user: { id: ada.id, name: 'Ada Lovelace' },
      apiKey: null,
      team: { id: ada.teamId, name: "Ada Lovelace's team" },
      role: 'owner',
      abilities: allAbilities,
      plan: {
        name: 'team',
        apiAccess: true,
        monitors: { limit: 1000, used: expect.any(Number) },
        members: { limit: 25, used: 1 },
        apiKeys: { limit: 250, used: 0 },
        intervalsSeconds: [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600],
        historyDays: 365,
        requestsPerMinute: 3000,
      },
    });
  });

  it('tells a key whose it is, and what is left of its abilities', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'admin');
    const key = await app.given.key(grace, [MonitorsRead, MonitorsWrite, MembersWrite]);
    await ada.api.patch(`/v1/members/${grace.id}`, { role: 'member' });

    const { body } = await key.api.get('/v1/me');

    expect(body).toMatchObject({
      type: 'api-key',
      user: { id: grace.id, name: 'Grace Hopper' },
      apiKey: { id: key.id, name: 'CI' },
      team: { id: ada.teamId },
      role: 'member',
      abilities: [MonitorsRead, MonitorsWrite],
    });
  });

  it('needs no ability', async () => {
    const key = await app.given.key(await app.given.owner(), [ApiKeysRead]);
    expect((await key.api.get('/v1/me')).body.abilities).toEqual([ApiKeysRead]);
  });

  it.each([
    ['free', { monitors: 10, members: 1, apiKeys: 0, historyDays: 7, requestsPerMinute: 0 }],
    ['starter', { monitors: 50, members: 3, apiKeys: 10, historyDays: 30, requestsPerMinute: 120 }],
    ['professional', { monitors: 200, members: 10, apiKeys: 50, historyDays: 90, requestsPerMinute: 600 }],
    ['team', { monitors: 1000, members: 25, apiKeys: 250, historyDays: 365, requestsPerMinute: 3000 }],
  ] as const)('knows the limits of the plan %s', async (plan, limits) => {
    const ada = await app.given.owner({ plan });
    const { monitors, members, apiKeys, historyDays, requestsPerMinute, apiAccess } = (
      await ada.api.get('/v1/me')
    ).body.plan;
    expect({
      monitors: monitors.limit,
      members: members.limit,
      apiKeys: apiKeys.limit,
      historyDays,
      requestsPerMinute,
    }).toEqual(limits);
    expect(apiAccess).toBe(plan !== 'free');
  });

  it('counts what is used, and no longer what is gone', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'member');
    const key = await app.given.key(ada);
    await app.given.key(grace);
    expect((await ada.api.get('/v1/me')).body.plan).toMatchObject({
      members: { used: 2 },
      apiKeys: { used: 2 },
    });

    await ada.api.delete(`/v1/members/${grace.id}`);
    await ada.api.delete(`/v1/api-keys/${key.id}`);

    expect((await ada.api.get('/v1/me')).body.plan).toMatchObject({
      members: { used: 1 },
      apiKeys: { used: 0 },
    });
  });

  it('is about the team the session is in', async () => {
    const ada = await app.given.owner();
    await app.given.member(ada, 'viewer');
    const { body: team } = await ada.api.post('/v1/teams', { name: 'Second' });
    await ada.api.put('/v1/auth/session/team', { teamId: team.id });
    expect((await ada.api.get('/v1/me')).body).toMatchObject({
      team: { id: team.id, name: 'Second' },
      plan: { members: { used: 1 } },
    });
  });

  it('is closed to who does not say who they are', async () => {
    expectProblem(await app.anyone.get('/v1/me'), CredentialMissing);
  });
});
