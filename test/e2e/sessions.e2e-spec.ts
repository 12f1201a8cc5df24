import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CredentialExpired,
  CredentialInvalid,
  CredentialRevoked,
  SessionRequired,
} from '../../src/auth/auth.problems.js';
import { NotFound, ValidationFailed } from '../../src/problems/common.problems.js';
import { RetentionJobs } from '../../src/database/retention-jobs.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { PASSWORD, type Person } from '../given.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

let counter = 0;

/** Somebody who signed up over the API, and so can sign in again. */
async function signUp() {
  const email = `grace.${(counter += 1)}@example.com`;
  const { body } = await app.anyone.post('/v1/auth/sign-up', {
    name: 'Grace Hopper',
    email,
    password: PASSWORD,
  });
  return { email, id: body.user.id as string, teamId: body.team.id as string, token: body.token as string };
}

const signIn = async (email: string): Promise<string> =>
  (await app.anyone.post('/v1/auth/sign-in', { email, password: PASSWORD })).body.token;

/** Uses a session, and waits until that is noted. */
async function use(person: Pick<Person, 'api'>) {
  const answer = await person.api.get('/v1/me');
  await app.settled();
  return answer;
}

describe('POST /v1/auth/sign-out', () => {
  it('ends the session at once, and no other', async () => {
    const { email, token } = await signUp();
    const other = await signIn(email);

    expect((await app.bearing(token).post('/v1/auth/sign-out')).status).toBe(204);

    const answer = await app.bearing(token).get('/v1/me');
    expectProblem(answer, CredentialRevoked, { revokedAt: expect.any(String) });
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="pulseapi", error="invalid_token", error_description="revoked"',
    );
    expect((await app.bearing(other).get('/v1/me')).status).toBe(200);
  });

  it('is in the audit log', async () => {
    const { email, id, token } = await signUp();
    await app.bearing(token).post('/v1/auth/sign-out');
    const log = await app.bearing(await signIn(email)).get('/v1/audit-events?action=session.revoked');
    expect(log.body.data).toMatchObject([{ outcome: 'success', actor: { id }, target: { type: 'session' } }]);
  });

  it('is nothing a key can do', async () => {
    const key = await app.given.key(await app.given.owner());
    expectProblem(await key.api.post('/v1/auth/sign-out'), SessionRequired);
  });
});

describe('GET /v1/auth/sessions', () => {
  it('lists the own sessions newest first, and tells which one asks', async () => {
    const { email, teamId, token } = await signUp();
    const second = await signIn(email);
    await signUp();

    const { body, text } = await app.bearing(second).get('/v1/auth/sessions');

    expect(body.nextCursor).toBeNull();
    expect(body.data).toEqual(
      [true, false].map((current) => ({
        id: expect.stringMatching(/^ses_/),
        current,
        teamId,
        ip: '127.0.0.1',
        userAgent: '',
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        expiresAt: expect.any(String),
      })),
    );
    for (const secret of [token, second]) expect(text).not.toContain(secret.slice(10, 40));
  });

  it('leaves out sessions that ended, however they did', async () => {
    const { email, token } = await signUp();
    const idle = await signIn(email);
    await app.bearing(token).post('/v1/auth/sign-out');
    app.clock.advance(12 * HOUR);
    expect((await app.bearing(idle).get('/v1/me')).body.code).toBe('credential-expired');

    const list = await app.bearing(await signIn(email)).get('/v1/auth/sessions');

    expect(list.body.data).toMatchObject([{ current: true }]);
  });

  it('goes page by page', async () => {
    const { email, token } = await signUp();
    await signIn(email);
    await signIn(email);
    const api = app.bearing(token);

    const first = await api.get('/v1/auth/sessions?limit=2');
    const second = await api.get(`/v1/auth/sessions?limit=2&cursor=${first.body.nextCursor}`);

    expect([first.body.data.length, second.body.data.length, second.body.nextCursor]).toEqual([2, 1, null]);
  });
});

describe('DELETE /v1/auth/sessions/{id}', () => {
  it('ends another session of the same person at once', async () => {
    const { email, token } = await signUp();
    const lost = await signIn(email);
    const api = app.bearing(token);
    const [{ id }] = (await api.get('/v1/auth/sessions')).body.data;

    expect((await api.delete(`/v1/auth/sessions/${id}`)).status).toBe(204);

    expect((await app.bearing(lost).get('/v1/me')).body.code).toBe('credential-revoked');
    expect((await api.get('/v1/auth/sessions')).body.data).toMatchObject([{ current: true }]);
    expectProblem(await api.delete(`/v1/auth/sessions/${id}`), NotFound);
  });

  it('does not find a session of somebody else', async () => {
    const ada = await app.given.owner();
    const eve = await app.given.owner({ name: 'Eve' });
    const [{ id }] = (await ada.api.get('/v1/auth/sessions')).body.data;

    const [others, unknown] = [
      await eve.api.delete(`/v1/auth/sessions/${id}`),
      await eve.api.delete('/v1/auth/sessions/ses_nope'),
    ];

    expectProblem(others, NotFound);
    expectProblem(unknown, NotFound);
    expect((await ada.api.get('/v1/me')).status).toBe(200);
  });
});

describe('a session', () => {
  it('ends 12 hours after its last use', async () => {
    const ada = await app.given.owner();
    app.clock.advance(12 * HOUR - MINUTE);
    expect((await use(ada)).status).toBe(200);
    app.clock.advance(12 * HOUR - MINUTE);
    expect((await use(ada)).status).toBe(200);
    app.clock.advance(12 * HOUR);
    const answer = await ada.api.get('/v1/me');
    expectProblem(answer, CredentialExpired, { expiredAt: expect.any(String) });
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="pulseapi", error="invalid_token", error_description="expired"',
    );
  });

  it('ends after 30 days however much it is used', async () => {
    const ada = await app.given.owner();
    for (let hours = 10; hours < 30 * 24; hours += 10) {
      app.clock.advance(10 * HOUR);
      expect((await use(ada)).status).toBe(200);
    }
    app.clock.advance(10 * HOUR);
    expectProblem(await ada.api.get('/v1/me'), CredentialExpired, { expiredAt: expect.any(String) });
  });

  it('is forgotten once its 30 days are over', async () => {
    const ada = await app.given.owner();
    app.clock.advance(30 * DAY + MINUTE);
    await app.get(RetentionJobs).run();
    expectProblem(await ada.api.get('/v1/me'), CredentialInvalid);
  });

  it('tells to the minute when and from where it was last used', async () => {
    const ada = await app.given.owner();
    app.clock.advance(HOUR);
    await use(ada);
    const now = app.clock.now().getTime();
    const [session] = (await ada.api.get('/v1/auth/sessions')).body.data;
    expect(Math.abs(now - Date.parse(session.lastUsedAt))).toBeLessThan(MINUTE);
    expect(session.ip).toBe('127.0.0.1');
  });

  it('ends with the membership it is about', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'admin');
    await ada.api.delete(`/v1/members/${grace.id}`);
    expectProblem(await grace.api.get('/v1/me'), CredentialInvalid);
  });

  it('works on every plan', async () => {
    const ada = await app.given.owner({ plan: 'free' });
    expect((await ada.api.get('/v1/me')).status).toBe(200);
  });
});

describe('PUT /v1/auth/session/team', () => {
  it('makes another of the own teams the current one, for this session only', async () => {
    const { email, teamId, token } = await signUp();
    const other = await signIn(email);
    const api = app.bearing(token);
    const { body: team } = await api.post('/v1/teams', { name: 'Second' });

    const { status, body } = await api.put('/v1/auth/session/team', { teamId: team.id });

    expect(status).toBe(200);
    expect(body).toMatchObject({ current: true, teamId: team.id });
    expect((await api.get('/v1/team')).body.id).toBe(team.id);
    expect((await app.bearing(other).get('/v1/team')).body.id).toBe(teamId);
  });

  it('is where the next session begins', async () => {
    const { email, token } = await signUp();
    const { body: team } = await app.bearing(token).post('/v1/teams', { name: 'Second' });
    await app.bearing(token).put('/v1/auth/session/team', { teamId: team.id });
    expect((await app.bearing(await signIn(email)).get('/v1/team')).body.id).toBe(team.id);
  });

  it('is in the log of the team it leads to', async () => {
    const ada = await app.given.owner();
    const { body: team } = await ada.api.post('/v1/teams', { name: 'Second' });
    await ada.api.put('/v1/auth/session/team', { teamId: team.id });
    expect(await app.given.log(ada, '&action=session.team-switched')).toMatchObject([
      { teamId: team.id, changes: [{ field: 'teamId', from: ada.teamId, to: team.id }] },
    ]);
  });

  it('finds no team of others', async () => {
    const ada = await app.given.owner();
    const eve = await app.given.owner({ name: 'Eve' });
    expectProblem(await eve.api.put('/v1/auth/session/team', { teamId: ada.teamId }), NotFound);
    expectProblem(await eve.api.put('/v1/auth/session/team', { teamId: 'team_nope' }), NotFound);
    expect((await eve.api.get('/v1/team')).body.id).toBe(eve.teamId);
  });

  it.each([0, true, null, [], {}])('refuses %p where an identifier belongs', async (teamId) => {
    const ada = await app.given.owner();
    const answer = await ada.api.put('/v1/auth/session/team', { teamId });
    expectProblem(answer, ValidationFailed, { errors: [expect.objectContaining({ pointer: '/teamId' })] });
  });
});
