import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing, CredentialInvalid } from '../../src/auth/auth.problems.js';
import { Plan } from '../../src/auth/plan.js';
import { type Principal, systemActor } from '../../src/auth/principal.js';
import { Role } from '../../src/auth/role.js';
import { PlanLimitReached } from '../../src/plans/plans.problems.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { MembersService } from '../../src/teams/members.service.js';
import { OwnerProtected } from '../../src/teams/teams.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import type { Answer } from '../http-client.js';

const { MembersRead, MembersWrite, MonitorsRead } = Ability;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

/** A team with somebody in each role. */
async function team(): Promise<Record<Role, Person>> {
  const owner = await app.given.owner();
  return {
    owner,
    admin: await app.given.member(owner, 'admin', 'Alan Turing'),
    member: await app.given.member(owner, 'member', 'Grace Hopper'),
    viewer: await app.given.member(owner, 'viewer', 'Vint Cerf'),
  };
}

describe('what a role may', () => {
  const roles = ['owner', 'admin', 'member', 'viewer'] as const;
  let people: Record<Role, Person>;

  beforeAll(async () => {
    people = await team();
  });

  const verdict = ({ status }: Answer) => (status < 300 ? 'yes' : status === 403 ? 'no' : status);

  /** The table of roles, as far as there are routes for it. */
  const table: Array<[string, readonly Role[], (by: Person) => Promise<Answer>]> = [
    ['read the team', roles, ({ api }) => api.get('/v1/team')],
    ['read the members', roles, ({ api }) => api.get('/v1/members')],
    [
      'read and make keys of their own',
      roles,
      ({ api }) => api.post('/v1/api-keys', { name: 'x', abilities: ['*'] }),
    ],
    ['read the audit log', ['owner', 'admin'], ({ api }) => api.get('/v1/audit-events')],
    ["see everybody's keys", ['owner', 'admin'], ({ api }) => api.get('/v1/api-keys?owner=team')],
    ['edit the team', ['owner', 'admin'], ({ api }) => api.patch('/v1/team', { description: null })],
    [
      'change roles',
      ['owner', 'admin'],
      ({ api }) => api.patch(`/v1/members/${people.viewer.id}`, { role: 'viewer' }),
    ],
  ];

  it.each(table)('%s', async (_, allowed, call) => {
    const outcomes = [];
    for (const role of roles) outcomes.push([role, verdict(await call(people[role]))]);
    expect(outcomes).toEqual(roles.map((role) => [role, allowed.includes(role) ? 'yes' : 'no']));
  });

  it("revokes another member's key only for who manages members", async () => {
    const key = await app.given.key(people.member);
    expectProblem(await people.viewer.api.delete(`/v1/api-keys/${key.id}`), NotFound);
    expect((await people.admin.api.delete(`/v1/api-keys/${key.id}`)).status).toBe(204);
    expect((await key.api.get('/v1/me')).body.code).toBe('credential-revoked');
  });
});

describe('GET /v1/members', () => {
  it('lists who belongs to the team, who joined first first', async () => {
    const { owner, admin, member, viewer } = await team();

    const { status, body } = await viewer.api.get('/v1/members');

    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    expect(body.data).toEqual(
      [
        [owner, 'owner'],
        [admin, 'admin'],
        [member, 'member'],
        [viewer, 'viewer'],
      ].map(([person, role]) => ({
        userId: (person as Person).id,
        name: (person as Person).name,
        email: (person as Person).email,
        role,
        readOnly: false,
        joinedAt: expect.any(String),
      })),
    );
  });

  it('is closed to a key that may not read members', async () => {
    const key = await app.given.key(await app.given.owner(), [MonitorsRead]);
    expectProblem(await key.api.get('/v1/members'), AbilityMissing, {
      required: [MembersRead],
      missing: [MembersRead],
    });
  });
});

describe('GET /v1/members/{userId}', () => {
  it('shows one member', async () => {
    const { owner, viewer } = await team();
    const { headers, body } = await owner.api.get(`/v1/members/${viewer.id}`);
    expect(body).toMatchObject({ userId: viewer.id, role: 'viewer' });
    expect(
      (await owner.api.get(`/v1/members/${viewer.id}`, { 'if-none-match': headers['etag']! })).status,
    ).toBe(304);
  });

  it('answers a member of another team like one that never was', async () => {
    const ada = await app.given.owner();
    const eve = await app.given.owner({ name: 'Eve' });
    expectProblem(await eve.api.get(`/v1/members/${ada.id}`), NotFound);
    expectProblem(await eve.api.get('/v1/members/usr_nope'), NotFound);
  });
});

describe('PATCH /v1/members/{userId}', () => {
  it('changes a role from the next request on, and records it', async () => {
    const { owner, viewer } = await team();

    const { status, body } = await owner.api.patch(`/v1/members/${viewer.id}`, { role: 'admin' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ userId: viewer.id, role: 'admin' });
    expect((await viewer.api.get('/v1/me')).body.role).toBe('admin');
    expect((await app.given.log(owner, '&action=member.role-changed'))[0]).toMatchObject({
      actor: { id: owner.id },
      target: { type: 'member', id: viewer.id, name: 'Vint Cerf' },
      changes: [{ field: 'role', from: 'viewer', to: 'admin' }],
    });
  });

  it('protects the owner, also from admins', async () => {
    const { owner, admin } = await team();
    for (const { api } of [owner, admin])
      expectProblem(await api.patch(`/v1/members/${owner.id}`, { role: 'viewer' }), OwnerProtected);
  });

  it('never grants ownership', async () => {
    const { owner, admin } = await team();
    for (const { api } of [owner, admin])
      expectProblem(await api.patch(`/v1/members/${admin.id}`, { role: 'owner' }), ValidationFailed, {
        errors: [expect.objectContaining({ pointer: '/role', code: 'is-in' })],
      });
  });

  it('is closed to members, and the attempt is recorded', async () => {
    const { owner, member } = await team();
    expectProblem(await member.api.patch(`/v1/members/${member.id}`, { role: 'admin' }), AbilityMissing, {
      required: [MembersWrite],
      missing: [MembersWrite],
    });
    expect((await app.given.log(owner, '&action=member.role-changed'))[0]).toMatchObject({
      outcome: 'denied',
      actor: { id: member.id },
      target: { id: member.id },
    });
  });

  it('finds nobody of another team', async () => {
    const ada = await app.given.owner();
    const { viewer } = await team();
    expectProblem(await ada.api.patch(`/v1/members/${viewer.id}`, { role: 'admin' }), NotFound);
  });

  it('refuses a change of what was changed meanwhile', async () => {
    const { owner, viewer } = await team();
    const path = `/v1/members/${viewer.id}`;
    const ifMatch = { 'if-match': (await owner.api.get(path)).headers['etag']! };
    expect((await owner.api.patch(path, { role: 'member' }, ifMatch)).status).toBe(200);
    expectProblem(await owner.api.patch(path, { role: 'admin' }, ifMatch), PreconditionFailed);
    expectProblem(await owner.api.delete(path, ifMatch), PreconditionFailed);
  });
});

describe('DELETE /v1/members/{userId}', () => {
  it('ends the membership, and every session and key of it with the next request', async () => {
    const { owner, member } = await team();
    const key = await app.given.key(member);

    expect((await owner.api.delete(`/v1/members/${member.id}`)).status).toBe(204);

    expectProblem(await member.api.get('/v1/me'), CredentialInvalid);
    expectProblem(await key.api.get('/v1/me'), CredentialInvalid);
    expectProblem(await owner.api.get(`/v1/members/${member.id}`), NotFound);
    expect((await owner.api.get('/v1/api-keys?owner=team')).body.data).toEqual([]);
  });

  it('records the removal and each key that went with it', async () => {
    const { owner, member } = await team();
    const key = await app.given.key(member);
    await owner.api.delete(`/v1/members/${member.id}`);
    const events = await app.given.log(owner, `&actorId=${owner.id}`);
    expect(events.slice(0, 2)).toMatchObject([
      { action: 'api-key.revoked', target: { type: 'api-key', id: key.id } },
      {
        action: 'member.removed',
        target: { type: 'member', id: member.id, name: 'Grace Hopper' },
        changes: [{ field: 'role', from: 'member', to: null }],
      },
    ]);
  });

  it('leaves keys and sessions of other teams alone', async () => {
    const { owner, member } = await team();
    const { body: own } = await member.api.post('/v1/teams', { name: 'Compilers' });
    await member.api.put('/v1/auth/session/team', { teamId: own.id });
    const key = await app.given.key(member);

    await owner.api.delete(`/v1/members/${member.id}`);

    expect((await member.api.get('/v1/me')).status).toBe(200);
    expect((await key.api.get('/v1/me')).status).toBe(200);
  });

  it('protects the owner', async () => {
    const { owner, admin } = await team();
    for (const { api } of [owner, admin])
      expectProblem(await api.delete(`/v1/members/${owner.id}`), OwnerProtected);
    expect((await owner.api.get('/v1/me')).status).toBe(200);
  });

  it('is closed to members', async () => {
    const { member, viewer } = await team();
    expectProblem(await member.api.delete(`/v1/members/${viewer.id}`), AbilityMissing, {
      required: [MembersWrite],
      missing: [MembersWrite],
    });
  });

  it('is done once: the second time nobody is there', async () => {
    const { owner, viewer } = await team();
    const answers = await Promise.all([
      owner.api.delete(`/v1/members/${viewer.id}`),
      owner.api.delete(`/v1/members/${viewer.id}`),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404]);
    expect(await app.given.log(owner, '&action=member.removed')).toHaveLength(1);
  });
});

describe('members beyond the plan', () => {
  it('stops at exactly the limit when many are added at once', async () => {
    const ada = await app.given.owner({ plan: 'starter' });
    const guests = [];
    for (let i = 0; i < 5; i += 1) guests.push(await app.given.owner({ name: `Guest ${i}` }));

    const added = await Promise.allSettled(
      guests.map((guest) =>
        app.get(MembersService).add(systemActor(ada.teamId), ada.teamId, guest, 'member'),
      ),
    );

    const refused = added.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(3);
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(PlanLimitReached);
      expect(reason.extensions).toEqual({ limit: 3, used: 3 });
    }
    expect((await ada.api.get('/v1/members')).body.data).toHaveLength(3);
  });

  it('may only read after a downgrade, who joined last first, and all again after an upgrade', async () => {
    const { owner, admin, member, viewer } = await team();
    const key = await app.given.key(member);
    const readOnly = async () =>
      (await owner.api.get('/v1/members')).body.data.map(({ readOnly }: { readOnly: boolean }) => readOnly);

    await app.given.onPlan(owner.teamId, 'starter');
    expect(await readOnly()).toEqual([false, false, false, true]);
    await app.given.onPlan(owner.teamId, 'free');
    expect(await readOnly()).toEqual([false, true, true, true]);

    expect((await admin.api.get('/v1/team')).status).toBe(200);
    expectProblem(await admin.api.patch('/v1/team', { name: 'Mine' }), AbilityMissing, {
      required: ['team:write'],
      missing: ['team:write'],
    });

    await app.given.onPlan(owner.teamId, 'team');
    expect(await readOnly()).toEqual([false, false, false, false]);
    expect((await admin.api.patch('/v1/team', { name: 'Ours' })).status).toBe(200);
    expect((await key.api.get('/v1/me')).body.abilities).toContain('monitors:write');
    expect((await viewer.api.get('/v1/me')).body.role).toBe('viewer');
  });

  it('binds their keys too', async () => {
    const ada = await app.given.owner({ plan: 'starter' });
    await app.given.member(ada, 'member');
    const last = await app.given.member(ada, 'member');
    const key = await app.given.key(last);
    await app.given.onPlan(ada.teamId, 'team');
    await app.given.member(ada, 'member');
    const later = await app.given.member(ada, 'member');
    const laterKey = await app.given.key(later);

    await app.given.onPlan(ada.teamId, 'starter');

    expect((await key.api.get('/v1/me')).body.abilities).toContain('monitors:write');
    expect((await laterKey.api.get('/v1/me')).body.abilities).not.toContain('monitors:write');
  });

  it('take a seat that becomes free', async () => {
    const { owner, member, viewer } = await team();
    await app.given.onPlan(owner.teamId, 'starter');
    await owner.api.delete(`/v1/members/${member.id}`);
    expect((await owner.api.get(`/v1/members/${viewer.id}`)).body.readOnly).toBe(false);
  });

  it('are counted by the plan the team has now, not by the one the caller was recognised with', async () => {
    const { owner, admin, member, viewer } = await team();
    const by: Principal = {
      ...systemActor(owner.teamId),
      userId: owner.id,
      teamId: owner.teamId,
      teamName: 'Engines',
      role: Role.Owner,
      plan: Plan.Free,
      abilities: new Set<Ability>(),
      keyId: null,
      keyLimits: null,
      sessionId: null,
      tokenDigest: null,
      isSuperseded: false,
      context: {
        requestId: 'r',
        ip: '127.0.0.1',
        counted: { own: '127.0.0.1', shared: null },
        userAgent: null,
        method: 'DELETE',
        route: '/',
        demands: [],
      },
      authority: async () => by,
    };

    await app.get(MembersService).remove(by, member.id);

    const { body } = await owner.api.get('/v1/members');
    expect(body.data).toMatchObject(
      [owner, admin, viewer].map(({ id }) => ({ userId: id, readOnly: false })),
    );
  });

  it('never include the owner, whoever that is', async () => {
    const { owner, viewer } = await team();
    await app.given.onPlan(owner.teamId, 'free');
    await owner.api.post('/v1/team/transfer-ownership', { userId: viewer.id });
    expect((await viewer.api.get(`/v1/members/${viewer.id}`)).body).toMatchObject({
      role: 'owner',
      readOnly: false,
    });
    expect((await viewer.api.get(`/v1/members/${owner.id}`)).body).toMatchObject({
      role: 'admin',
      readOnly: true,
    });
  });
});
