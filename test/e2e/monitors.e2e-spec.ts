import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing, PlanRequired } from '../../src/auth/auth.problems.js';
import { Plan } from '../../src/auth/plan.js';
import { MonitorAlreadyPaused, MonitorNotPaused } from '../../src/monitors/monitors.problems.js';
import { PlanLimitReached } from '../../src/plans/plans.problems.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import type { Answer } from '../http-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const API = { name: 'API', url: 'https://api.example.com/health' };

async function monitor({ api }: Person, more: object = {}): Promise<any> {
  const { body, status, text } = await api.post('/v1/monitors', { ...API, ...more });
  if (status !== 201) throw new Error(`No monitor was created: ${text}`);
  return body;
}

async function monitors({ api }: Person, query = ''): Promise<any[]> {
  return (await api.get(`/v1/monitors${query}`)).body.data;
}

/** Asserts that the input was refused for these issues, each as its pointer and code. */
function expectFaults(answer: Answer, ...issues: string[]): void {
  expectProblem(answer, ValidationFailed, { errors: expect.any(Array) });
  expect(answer.body.errors.map((error: any) => `${error.pointer} ${error.code}`)).toEqual(issues);
}

/** Everything the database holds of a monitor. */
const rowOf = async (id: string): Promise<string> =>
  JSON.stringify(await app.dataSource.query('SELECT * FROM monitors WHERE id = ?', [id]));

describe('POST /v1/monitors', () => {
  it('creates a monitor with defaults, in the first project', async () => {
    const ada = await app.given.owner();
    const { body: projects } = await ada.api.get('/v1/projects');

    const { status, headers, body } = await ada.api.post('/v1/monitors', API);

    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/monitors/${body.id}`);
    expect(body).toEqual({
      ...API,
      id: expect.stringMatching(/^mon_[0-9a-z]{26}$/),
      method: 'GET',
      projectId: projects.data[0].id,
      intervalSeconds: 60,
      timeoutSeconds: 30,
      expectedStatus: 200,
      verifyTls: true,
      followRedirects: true,
      strictHttp: false,
      headers: [],
      body: null,
      auth: { type: 'none' },
      clearedSecrets: [],
      assertions: [],
      active: true,
      status: 'pending',
      lastCheckedAt: null,
      lastError: null,
      nextCheckAt: expect.any(String),
      certificateExpiresAt: null,
      uptime24h: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await ada.api.get(`/v1/monitors/${body.id}`)).body).toEqual(body);
  });

  it('takes every setting', async () => {
    const ada = await app.given.owner();
    const settings = {
      method: 'POST',
      intervalSeconds: 5,
      timeoutSeconds: 5,
      expectedStatus: 201,
      verifyTls: false,
      followRedirects: false,
      strictHttp: true,
      body: '{"ping":"→"}',
      assertions: [
        { type: 'body', operator: 'matches', value: '^ok$' },
        { type: 'json', path: '/status', operator: 'equals', value: null },
        { type: 'header', name: 'X-Up', operator: 'equals', value: '' },
        { type: 'response-time', operator: 'below', value: 500 },
      ],
      active: false,
    };
    expect(await monitor(ada, settings)).toMatchObject({ ...settings, status: 'paused' });
  });

  it('keeps write-only values to itself', async () => {
    const ada = await app.given.owner();
    const { id, headers, auth } = await monitor(ada, {
      headers: [{ name: 'X-Key', value: 'canary-1' }],
      auth: { type: 'basic', username: 'probe', password: 'canary-2' },
    });

    expect(headers).toEqual([{ name: 'X-Key', value: null, isSet: true }]);
    expect(auth).toEqual({ type: 'basic', username: 'probe', password: null, isSet: true });
    expect(await rowOf(id)).not.toContain('canary');
    const [event] = await app.given.log(ada, '&action=monitor.created');
    expect(event.changes).toContainEqual({ field: 'headers.X-Key', redacted: true });
    expect(JSON.stringify(event)).not.toContain('canary');
  });

  it('tells all issues at once', async () => {
    const ada = await app.given.owner();
    const answer = await ada.api.post('/v1/monitors', {
      name: '',
      url: 'http://127.1/',
      body: 'x',
      timeoutSeconds: 60,
      intervalSeconds: 30,
      projectId: 5,
      headers: [
        { name: 'Host', value: 'x' },
        { name: 'authorization', value: 'a\r\nb' },
      ],
      auth: { type: 'bearer', token: 'x' },
      assertions: [{ type: 'json', path: 'a..b', operator: 'less', value: '1' }],
      color: 'red',
    });
    expect(answer.body.errors.map(({ pointer }: any) => pointer).toSorted()).toEqual([
      '/assertions/0/path',
      '/assertions/0/value',
      '/auth',
      '/body',
      '/color',
      '/headers/0/name',
      '/headers/1/value',
      '/name',
      '/projectId',
      '/timeoutSeconds',
      '/url',
    ]);
  });

  it.each(['name', 'url', 'method', 'intervalSeconds', 'verifyTls', 'headers', 'assertions', 'active'])(
    'takes no other type for %s',
    async (field) => {
      const ada = await app.given.owner();
      for (const value of [0, null, {}, [[]], true, ['x']]) {
        if (field === 'verifyTls' && value === true) continue;
        if (field === 'active' && value === true) continue;
        const answer = await ada.api.post('/v1/monitors', { ...API, [field]: value });
        expectProblem(answer, ValidationFailed, { errors: expect.any(Array) });
      }
    },
  );

  it.each([
    'http://169.254.169.254/',
    'http://[::ffff:10.0.0.1]/',
    'http://2130706433/',
    'http://localhost:3000/',
  ])('refuses the inner address %s', async (url) => {
    const ada = await app.given.owner();
    expectFaults(await ada.api.post('/v1/monitors', { ...API, url }), '/url address-not-allowed');
  });

  it('refuses the project of another team', async () => {
    const ada = await app.given.owner();
    const { projectId } = await monitor(await app.given.owner());
    expectFaults(await ada.api.post('/v1/monitors', { ...API, projectId }), '/projectId project');
  });

  it('names the plan that an interval needs', async () => {
    const ada = await app.given.owner({ plan: Plan.Free });
    expectProblem(await ada.api.post('/v1/monitors', { ...API, intervalSeconds: 15 }), PlanRequired, {
      plan: 'free',
      requiredPlan: 'professional',
    });
    expectFaults(
      await ada.api.post('/v1/monitors', { ...API, intervalSeconds: 7 }),
      '/intervalSeconds is-in',
    );
  });

  it('creates exactly as many as the plan includes, of many at the same moment', async () => {
    const ada = await app.given.owner({ plan: Plan.Free });

    const answers = await Promise.all(Array.from({ length: 50 }, () => ada.api.post('/v1/monitors', API)));

    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(40);
    for (const answer of refused) expectProblem(answer, PlanLimitReached, { limit: 10, used: 10 });
    expect(await monitors(ada)).toHaveLength(10);
  });

  it('is closed to viewers', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    expect(await monitors(grace)).toEqual([]);
    expectProblem(await grace.api.post('/v1/monitors', API), AbilityMissing, {
      required: [Ability.MonitorsWrite],
      missing: [Ability.MonitorsWrite],
    });
  });
});

describe('GET /v1/monitors', () => {
  it('filters by status, project and text', async () => {
    const ada = await app.given.owner();
    const { body: project } = await ada.api.post('/v1/projects', { name: 'Shop' });
    await monitor(ada, { name: 'Größe 100%', url: 'https://example.com/Shop', active: false });
    await monitor(ada, { name: 'Other', url: 'https://EXAMPLE.org/', projectId: project.id });
    const names = async (query: string) => (await monitors(ada, `?${query}`)).map(({ name }) => name);

    expect(await names('status=paused')).toEqual(['Größe 100%']);
    expect(await names(`projectId=${project.id}`)).toEqual(['Other']);
    expect(await names(`q=${encodeURIComponent('GRÖSSE')}`)).toEqual([]);
    expect(await names(`q=${encodeURIComponent('GRÖßE')}`)).toEqual(['Größe 100%']);
    expect(await names(`q=${encodeURIComponent('0%')}`)).toEqual(['Größe 100%']);
    expect(await names('q=_')).toEqual([]);
    expect(await names('q=Example.ORG')).toEqual(['Other']);
    expect(await names('q=/SHOP&status=pending')).toEqual([]);
  });

  it.each([
    ['name', ['alpha', 'Beta', 'gamma']],
    ['-name', ['gamma', 'Beta', 'alpha']],
    ['createdAt', ['Beta', 'gamma', 'alpha']],
    ['-createdAt', ['alpha', 'gamma', 'Beta']],
    ['status', ['gamma', 'Beta', 'alpha']],
    ['-status', ['alpha', 'Beta', 'gamma']],
  ])('sorts by %s, page by page', async (sort, expected) => {
    const ada = await app.given.owner();
    await monitor(ada, { name: 'Beta' });
    await monitor(ada, { name: 'gamma', active: false });
    await monitor(ada, { name: 'alpha' });

    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await ada.api.get(`/v1/monitors?limit=1&sort=${sort}${query}`);
      names.push(...body.data.map(({ name }: any) => name));
      cursor = body.nextCursor;
    }

    expect(names).toEqual(expected);
  });

  it('shows no monitor of another team, and none of a project of it', async () => {
    const { projectId } = await monitor(await app.given.owner());
    const ada = await app.given.owner();
    expect(await monitors(ada)).toEqual([]);
    expect(await monitors(ada, `?projectId=${projectId}`)).toEqual([]);
  });

  it('costs as many statements for many monitors as for one', async () => {
    const ada = await app.given.owner();
    const costOfList = async () => {
      const before = app.statements.count;
      await monitors(ada, '?limit=20');
      return app.statements.count - before;
    };
    await monitor(ada, { headers: [{ name: 'a', value: 'b' }] });
    const one = await costOfList();
    for (let i = 0; i < 5; i += 1) await monitor(ada);
    expect(await costOfList()).toBe(one);
  });
});

describe('PATCH /v1/monitors/{id}', () => {
  it('changes what it is given and keeps the rest, also what is write-only', async () => {
    const ada = await app.given.owner();
    const created = await monitor(ada, {
      headers: [
        { name: 'X-Key', value: 'canary' },
        { name: 'X-Old', value: 'x' },
      ],
      auth: { type: 'basic', username: 'probe', password: 'canary' },
    });
    const [before] = JSON.parse(await rowOf(created.id));

    const { status, body } = await ada.api.patch(`/v1/monitors/${created.id}`, {
      name: 'Renamed',
      headers: [{ name: 'x-key' }, { name: 'X-New', value: 'y' }],
      auth: { username: 'robot' },
    });

    expect(status).toBe(200);
    expect(body).toEqual({
      ...created,
      name: 'Renamed',
      headers: ['x-key', 'X-New'].map((name) => ({ name, value: null, isSet: true })),
      auth: { type: 'basic', username: 'robot', password: null, isSet: true },
      updatedAt: body.updatedAt,
    });
    const [after] = JSON.parse(await rowOf(created.id));
    expect(JSON.parse(after.headers)[0].value).toBe(JSON.parse(before.headers)[0].value);
    expect(JSON.parse(after.auth).password).toBe(JSON.parse(before.auth).password);
  });

  it('judges what it is given together with what is there', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(ada, { method: 'POST', body: 'x', auth: { type: 'bearer', token: 'x' } });
    expectFaults(
      await ada.api.patch(`/v1/monitors/${id}`, {
        method: 'GET',
        intervalSeconds: 15,
        headers: [{ name: 'Authorization', value: 'x' }, { name: 'X-New' }],
        projectId: 'prj_unknown',
      }),
      '/headers/1/value required',
      '/timeoutSeconds above-interval',
      '/body method-without-body',
      '/auth authorization-header',
      '/projectId project',
    );
  });

  it('removes what is nulled', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(ada, { method: 'POST', body: 'x', auth: { type: 'bearer', token: 'x' } });
    const { body } = await ada.api.patch(`/v1/monitors/${id}`, { method: 'GET', body: null, auth: null });
    expect(body).toMatchObject({ method: 'GET', body: null, auth: { type: 'none' } });
  });

  it('pauses and resumes by active', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(ada);
    const edit = async (active: boolean) => (await ada.api.patch(`/v1/monitors/${id}`, { active })).body;
    expect(await edit(false)).toMatchObject({ active: false, status: 'paused' });
    expect(await edit(true)).toMatchObject({ active: true, status: 'pending' });
  });

  it('refuses an edit of what was changed meanwhile', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(ada);
    const { headers } = await ada.api.get(`/v1/monitors/${id}`);
    const seen = { 'if-match': headers['etag'] as string };
    expect((await ada.api.patch(`/v1/monitors/${id}`, { name: 'One' }, seen)).status).toBe(200);
    expectProblem(await ada.api.patch(`/v1/monitors/${id}`, { name: 'Two' }, seen), PreconditionFailed);
    expectProblem(await ada.api.delete(`/v1/monitors/${id}`, seen), PreconditionFailed);
  });

  it('keeps both of two edits made at the same moment', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(ada);
    await Promise.all([
      ada.api.patch(`/v1/monitors/${id}`, { name: 'Renamed' }),
      ada.api.patch(`/v1/monitors/${id}`, { expectedStatus: 204 }),
    ]);
    expect(await monitors(ada)).toMatchObject([{ name: 'Renamed', expectedStatus: 204 }]);
  });
});

describe('POST /v1/monitors/{id}/pause and /resume', () => {
  it('pauses once and resumes once', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(ada);
    const post = (what: string) => ada.api.post(`/v1/monitors/${id}/${what}`);

    expectProblem(await post('resume'), MonitorNotPaused);
    expect((await post('pause')).body).toMatchObject({ id, active: false, status: 'paused' });
    expectProblem(await post('pause'), MonitorAlreadyPaused);
    expect((await post('resume')).body).toMatchObject({ id, active: true, status: 'pending' });

    const actions = (await app.given.log(ada, `&targetId=${id}&outcome=success`)).map(({ action }) => action);
    expect(actions).toEqual(['monitor.resumed', 'monitor.paused', 'monitor.created']);
  });

  it('resumes no more than the plan includes', async () => {
    const ada = await app.given.owner();
    const paused = await monitor(ada, { active: false });
    for (let i = 0; i < 10; i += 1) await monitor(ada);
    await app.given.onPlan(ada.teamId, Plan.Free);

    for (const answer of [
      await ada.api.post(`/v1/monitors/${paused.id}/resume`),
      await ada.api.patch(`/v1/monitors/${paused.id}`, { active: true }),
    ])
      expectProblem(answer, PlanLimitReached, { limit: 10, used: 10 });
  });
});

describe('DELETE /v1/monitors/{id}', () => {
  it('deletes a monitor', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(ada);
    expect((await ada.api.delete(`/v1/monitors/${id}`)).status).toBe(204);
    expectProblem(await ada.api.get(`/v1/monitors/${id}`), NotFound);
    expect(await app.given.log(ada, '&action=monitor.deleted')).toMatchObject([{ target: { id } }]);
  });

  it('finds nothing under what is no identifier', async () => {
    const ada = await app.given.owner();
    expectProblem(await ada.api.get('/v1/monitors/%C3%A4%F0%9F%98%80'), NotFound);
    expect(await monitors(ada, '?projectId=%C3%A4')).toEqual([]);
  });

  it('does not find the monitor of another team, whatever is done to it', async () => {
    const ada = await app.given.owner();
    const { id } = await monitor(await app.given.owner());
    for (const answer of [
      await ada.api.get(`/v1/monitors/${id}`),
      await ada.api.patch(`/v1/monitors/${id}`, { name: 'x' }),
      await ada.api.post(`/v1/monitors/${id}/pause`),
      await ada.api.post(`/v1/monitors/${id}/resume`),
      await ada.api.delete(`/v1/monitors/${id}`),
    ])
      expectProblem(answer, NotFound);
  });
});

describe('a lower plan', () => {
  it('pauses the newest monitors beyond its number and slows down the fast ones', async () => {
    const ada = await app.given.owner();
    for (let i = 0; i < 12; i += 1) await monitor(ada, { name: `m${i}`, intervalSeconds: i === 0 ? 5 : 60 });

    await app.given.onPlan(ada.teamId, Plan.Free);

    const all = await monitors(ada);
    expect(all.filter(({ status }) => status === 'paused').map(({ name }) => name)).toEqual(['m10', 'm11']);
    expect(all[0]).toMatchObject({ intervalSeconds: 60, timeoutSeconds: 5 });
    const events = await app.given.log(ada, '&outcome=success');
    const slowed = events.find(({ action }) => action === 'monitor.updated');
    expect(slowed).toMatchObject({
      actor: { type: 'system' },
      target: { name: 'm0' },
      changes: [{ field: 'intervalSeconds', from: 5, to: 60 }],
    });
    const paused = events.filter(({ action }) => action === 'monitor.paused');
    expect(paused.map(({ target }) => target.name)).toEqual(['m10', 'm11']);
  });
});
