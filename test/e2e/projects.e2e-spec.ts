import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { LastProject, ProjectNameTaken, ProjectNotEmpty } from '../../src/projects/projects.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const projectsOf = async ({ api }: Person): Promise<any[]> => (await api.get('/v1/projects')).body.data;

async function project({ api }: Person, name = 'Checkout'): Promise<any> {
  return (await api.post('/v1/projects', { name })).body;
}

async function monitor({ api }: Person, projectId: string): Promise<any> {
  return (await api.post('/v1/monitors', { name: 'API', url: 'https://example.com', projectId })).body;
}

const refusedMoveTo = { errors: [{ parameter: 'moveTo', code: 'project', message: expect.any(String) }] };

describe('a new team', () => {
  it('has a project, and the log tells so', async () => {
    const ada = await app.given.owner();

    expect(await projectsOf(ada)).toMatchObject([{ name: 'Default', description: null }]);
    const [event] = await app.given.log(ada, '&action=project.created');
    expect(event).toMatchObject({ outcome: 'success', target: { type: 'project', name: 'Default' } });
  });

  it('gets it from whoever founds the team', async () => {
    const ada = await app.given.owner();
    const { body: team } = await ada.api.post('/v1/teams', { name: 'Second' });
    await ada.api.put('/v1/auth/session/team', { teamId: team.id });

    const events = await app.given.log(ada, '&action=project.created');

    expect(events).toMatchObject([{ actor: { type: 'user', id: ada.id }, target: { name: 'Default' } }]);
  });
});

describe('POST /v1/projects', () => {
  it('creates a project', async () => {
    const ada = await app.given.owner();

    const { status, headers, body } = await ada.api.post('/v1/projects', {
      name: '  Checkout ',
      description: 'Paying',
    });

    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/projects/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^prj_[0-9a-z]{26}$/),
      name: 'Checkout',
      description: 'Paying',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await projectsOf(ada)).map(({ name }) => name)).toEqual(['Default', 'Checkout']);
  });

  it.each(['Checkout', 'CHECKOUT ', 'CheckOut'])('refuses %j where there is a Checkout', async (name) => {
    const ada = await app.given.owner();
    await project(ada);
    expectProblem(await ada.api.post('/v1/projects', { name }), ProjectNameTaken);
    expect(await projectsOf(ada)).toHaveLength(2);
  });

  it('lets another team have the same name', async () => {
    await project(await app.given.owner());
    expect(await project(await app.given.owner())).toMatchObject({ name: 'Checkout' });
  });

  it('is closed to viewers', async () => {
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer');
    expect(await projectsOf(grace)).toHaveLength(1);
    expectProblem(await grace.api.post('/v1/projects', { name: 'x' }), AbilityMissing, {
      required: [Ability.ProjectsWrite],
      missing: [Ability.ProjectsWrite],
    });
  });
});

describe('PATCH /v1/projects/{id}', () => {
  it('changes what it is given and tells of it', async () => {
    const ada = await app.given.owner();
    const { id } = await project(ada);

    const { body } = await ada.api.patch(`/v1/projects/${id}`, { description: 'Paying' });

    expect(body).toMatchObject({ name: 'Checkout', description: 'Paying' });
    expect((await ada.api.get(`/v1/projects/${id}`)).body).toEqual(body);
    const [event] = await app.given.log(ada, '&action=project.updated');
    expect(event.changes).toEqual([{ field: 'description', from: null, to: 'Paying' }]);
  });

  it('refuses the name of another one, but not its own in another case', async () => {
    const ada = await app.given.owner();
    const { id } = await project(ada);
    expectProblem(await ada.api.patch(`/v1/projects/${id}`, { name: 'default' }), ProjectNameTaken);
    expect((await ada.api.patch(`/v1/projects/${id}`, { name: 'CHECKOUT' })).body.name).toBe('CHECKOUT');
  });

  it('refuses an edit of what was changed meanwhile', async () => {
    const ada = await app.given.owner();
    const { id } = await project(ada);
    const { headers } = await ada.api.get(`/v1/projects/${id}`);
    await ada.api.patch(`/v1/projects/${id}`, { name: 'Payment' });

    const stale = { 'if-match': headers['etag'] as string };
    expectProblem(await ada.api.patch(`/v1/projects/${id}`, { name: 'x' }, stale), PreconditionFailed);
    expectProblem(await ada.api.delete(`/v1/projects/${id}`, stale), PreconditionFailed);
  });

  it('does not find the project of another team', async () => {
    const ada = await app.given.owner();
    const { id } = await project(await app.given.owner());
    for (const answer of [
      await ada.api.get(`/v1/projects/${id}`),
      await ada.api.patch(`/v1/projects/${id}`, { name: 'x' }),
      await ada.api.delete(`/v1/projects/${id}`),
    ])
      expectProblem(answer, NotFound);
  });
});

describe('DELETE /v1/projects/{id}', () => {
  it('deletes an empty project', async () => {
    const ada = await app.given.owner();
    const { id } = await project(ada);
    expect((await ada.api.delete(`/v1/projects/${id}`)).status).toBe(204);
    expectProblem(await ada.api.get(`/v1/projects/${id}`), NotFound);
  });

  it('keeps one with monitors until it is told where they go', async () => {
    const ada = await app.given.owner();
    const [first] = await projectsOf(ada);
    const { id } = await project(ada);
    const { id: monitorId } = await monitor(ada, id);
    expectProblem(await ada.api.delete(`/v1/projects/${id}`), ProjectNotEmpty, { monitors: 1 });

    expect((await ada.api.delete(`/v1/projects/${id}?moveTo=${first.id}`)).status).toBe(204);

    expect((await ada.api.get(`/v1/monitors/${monitorId}`)).body.projectId).toBe(first.id);
    const [event] = await app.given.log(ada, `&action=monitor.updated&targetId=${monitorId}`);
    expect(event.changes).toEqual([{ field: 'projectId', from: id, to: first.id }]);
  });

  it('moves monitors only to another project of the team', async () => {
    const ada = await app.given.owner();
    const { id } = await project(ada);
    const { id: foreign } = await project(await app.given.owner());
    await monitor(ada, id);
    for (const moveTo of [id, foreign, 'prj_unknown'])
      expectProblem(
        await ada.api.delete(`/v1/projects/${id}?moveTo=${moveTo}`),
        ValidationFailed,
        refusedMoveTo,
      );
  });

  it('keeps the last one', async () => {
    const ada = await app.given.owner();
    const [{ id }] = await projectsOf(ada);
    expectProblem(await ada.api.delete(`/v1/projects/${id}`), LastProject);
  });

  it('keeps one of two that are deleted at the same moment', async () => {
    const ada = await app.given.owner();
    await project(ada);
    const both = await projectsOf(ada);

    const answers = await Promise.all(both.map(({ id }) => ada.api.delete(`/v1/projects/${id}`)));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    expect(await projectsOf(ada)).toHaveLength(1);
  });

  it('loses no monitor that is created in it at the same moment', async () => {
    const ada = await app.given.owner();
    const [first] = await projectsOf(ada);
    const { id } = await project(ada);
    const creations = Array.from({ length: 5 }, () =>
      ada.api.post('/v1/monitors', { name: 'API', url: 'https://example.com', projectId: id }),
    );

    const [deletion, ...answers] = await Promise.all([
      ada.api.delete(`/v1/projects/${id}?moveTo=${first.id}`),
      ...creations,
    ]);

    expect(deletion!.status).toBe(204);
    const created = answers.filter(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5 - created.length);
    expect((await ada.api.get(`/v1/monitors?projectId=${first.id}`)).body.data).toHaveLength(created.length);
  });
});
