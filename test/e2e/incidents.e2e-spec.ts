import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import {
  IncidentAlreadyAcknowledged,
  IncidentAlreadyResolved,
} from '../../src/incidents/incidents.problems.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { allPages } from '../all-pages.js';
import { TestApp } from '../app.js';
import { Checked } from '../checked.js';
import { expectProblem } from '../expect-problem.js';
import { givenIncident } from '../given-incidents.js';
import type { Person } from '../given.js';
import { HOUR, MINUTE } from '../test-clock.js';

let app: TestApp;
let ada: Person;
let checked: Checked;
/** An open incident of Ada's team. */
let id: string;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
  checked = await Checked.of(app, ada);
  await checked.history('x');
  id = (await checked.incidents())[0].id;
});

const path = () => `/v1/incidents/${id}`;
const read = async (): Promise<any> => (await ada.api.get(path())).body;
const deliveries = async (): Promise<string[]> => {
  const { body: channels } = await ada.api.get('/v1/notification-channels');
  const { body } = await ada.api.get(`/v1/notification-channels/${channels.data[0].id}/deliveries`);
  return body.data.map(({ type }: { type: string }) => type).toReversed();
};

describe('POST /v1/incidents/{id}/acknowledge', () => {
  it('says who takes the incident on, and tells no channel', async () => {
    const grace = await app.given.member(ada, 'member');
    const { status, body } = await grace.api.post(`${path()}/acknowledge`);
    expect([status, body.status]).toEqual([200, 'acknowledged']);
    expect(body.acknowledgedBy).toEqual({ id: grace.id, name: 'Grace Hopper' });
    expect({ ...body, durationSeconds: 0 }).toEqual({ ...(await read()), durationSeconds: 0 });
    expect((await checked.timeline()).at(-1)).toMatchObject({
      type: 'acknowledged',
      actor: { id: grace.id, name: 'Grace Hopper' },
      text: null,
    });
    expect(await deliveries()).toEqual(['incident.created']);
  });

  it('is in the audit log', async () => {
    await ada.api.post(`${path()}/acknowledge`);
    const [event] = await app.given.log(ada, '&action=incident.*');
    expect(event).toMatchObject({
      action: 'incident.acknowledged',
      target: { type: 'incident', id, name: 'Checkout: check failed' },
      changes: [{ field: 'status', from: 'open', to: 'acknowledged' }],
    });
  });

  it('is refused the second time, and after the incident is resolved', async () => {
    await ada.api.post(`${path()}/acknowledge`);
    expectProblem(await ada.api.post(`${path()}/acknowledge`), IncidentAlreadyAcknowledged);
    await ada.api.post(`${path()}/resolve`, {});
    expectProblem(await ada.api.post(`${path()}/acknowledge`), IncidentAlreadyResolved);
  });

  it('is done by one of many who do it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ada.api.post(`${path()}/acknowledge`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)]);
    expect((await checked.timeline()).filter(({ type }) => type === 'acknowledged')).toHaveLength(1);
    expect(await app.given.log(ada, '&action=incident.acknowledged')).toHaveLength(1);
  });

  it('does not hide who did it when they leave', async () => {
    const grace = await app.given.member(ada, 'member');
    await grace.api.post(`${path()}/acknowledge`);
    await ada.api.delete(`/v1/members/${grace.id}`);
    expect((await read()).acknowledgedBy).toEqual({ id: grace.id, name: 'Grace Hopper' });
  });
});

describe('POST /v1/incidents/{id}/resolve', () => {
  it('ends the incident, and tells the channels that know of it', async () => {
    const { status, body } = await ada.api.post(`${path()}/resolve`, { rootCause: ' A full\r\ndisk. ' });
    expect([status, body.status]).toEqual([200, 'resolved']);
    expect(body.resolvedBy).toEqual({ id: ada.id, name: ada.name });
    expect(body.rootCause).toBe('A full\ndisk.');
    expect(body).toEqual(await read());
    expect(await deliveries()).toEqual(['incident.created', 'incident.resolved']);
    expect((await checked.timeline()).at(-1)).toMatchObject({
      type: 'resolved',
      actor: { id: ada.id, name: ada.name },
      reason: 'person',
    });
    const [event] = await app.given.log(ada, '&action=incident.resolved');
    expect(event.changes).toEqual([
      { field: 'status', from: 'open', to: 'resolved' },
      { field: 'rootCause', from: null, to: 'A full\ndisk.' },
    ]);
  });

  it('keeps a root cause that is known', async () => {
    await ada.api.patch(path(), { rootCause: 'A full disk.' });
    expect((await ada.api.post(`${path()}/resolve`, {})).body.rootCause).toBe('A full disk.');
  });

  it('needs no body', async () => {
    expect((await ada.api.post(`${path()}/resolve`)).body.status).toBe('resolved');
  });

  it('is refused the second time, whoever resolved it the first', async () => {
    await ada.api.post(`${path()}/resolve`, {});
    expectProblem(await ada.api.post(`${path()}/resolve`, {}), IncidentAlreadyResolved);
  });

  it('is refused after checks resolved it', async () => {
    await checked.history('..');
    expectProblem(await ada.api.post(`${path()}/resolve`, {}), IncidentAlreadyResolved);
  });

  it('is done by one of many who do it at once, and told once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ada.api.post(`${path()}/resolve`, {})));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)]);
    expect(await deliveries()).toEqual(['incident.created', 'incident.resolved']);
  });

  it('is done once where a check does it at the same moment', async () => {
    await checked.history('.');
    const [{ status }] = await Promise.all([ada.api.post(`${path()}/resolve`, {}), checked.history('.')]);
    expect([200, 409]).toContain(status);
    expect(await deliveries()).toEqual(['incident.created', 'incident.resolved']);
    expect((await checked.timeline()).filter(({ type }) => type === 'resolved')).toHaveLength(1);
  });

  it.each([
    [{ rootCause: 'a'.repeat(2_001) }, '/rootCause', 'is-length'],
    [{ rootCause: 5 }, '/rootCause', 'is-string'],
    [{ rootCause: 'a\u202eb' }, '/rootCause', 'is-printable'],
    [{ reason: 'x' }, '/reason', 'unknown-member'],
  ])('refuses %j', async (body, pointer, code) => {
    const answer = await ada.api.post(`${path()}/resolve`, body);
    expectProblem(answer, ValidationFailed, { errors: [{ pointer, code, message: expect.any(String) }] });
    expect((await read()).status).toBe('open');
  });
});

describe('PATCH /v1/incidents/{id}', () => {
  it('writes the root cause, also of a resolved one, and takes it away', async () => {
    await ada.api.post(`${path()}/resolve`, {});
    expect((await ada.api.patch(path(), { rootCause: 'DNS' })).body.rootCause).toBe('DNS');
    expect((await ada.api.patch(path(), { rootCause: null })).body).toMatchObject({ rootCause: null });
    const [taken, written] = await app.given.log(ada, '&action=incident.updated');
    expect([written.changes, taken.changes]).toEqual([
      [{ field: 'rootCause', from: null, to: 'DNS' }],
      [{ field: 'rootCause', from: 'DNS', to: null }],
    ]);
  });

  it('refuses an edit of what was changed meanwhile', async () => {
    const { headers } = await ada.api.get(path());
    await ada.api.post(`${path()}/acknowledge`);
    const stale = { 'if-match': headers['etag'] as string };
    expectProblem(await ada.api.patch(path(), { rootCause: 'x' }, stale), PreconditionFailed);
  });

  it('does not take the passing of time for a change', async () => {
    const { headers } = await ada.api.get(path());
    app.clock.advance(HOUR);
    const fresh = { 'if-match': headers['etag'] as string };
    expect((await ada.api.patch(path(), { rootCause: 'x' }, fresh)).status).toBe(200);
  });
});

describe('POST /v1/incidents/{id}/events', () => {
  it('adds a note, with line breaks', async () => {
    const { status, body } = await ada.api.post(`${path()}/events`, { note: 'First\nsecond' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ type: 'note', actor: { id: ada.id }, text: 'First\nsecond' });
    expect((await checked.timeline()).at(-1)).toEqual(body);
    const [event] = await app.given.log(ada, '&action=incident.noted');
    expect(event.changes).toEqual([{ field: 'note', from: null, to: 'First\nsecond' }]);
  });

  it('adds one to a resolved incident', async () => {
    await ada.api.post(`${path()}/resolve`, {});
    expect((await ada.api.post(`${path()}/events`, { note: 'x' })).status).toBe(201);
  });

  it.each([[{}], [{ note: '' }], [{ note: ' \n ' }], [{ note: null }], [{ note: 'a'.repeat(2_001) }]])(
    'refuses %j',
    async (body) => {
      expectProblem(await ada.api.post(`${path()}/events`, body), ValidationFailed, {
        errors: [{ pointer: '/note', code: expect.any(String), message: expect.any(String) }],
      });
    },
  );
});

describe('GET /v1/incidents/{id}/events', () => {
  it('tells everything in its order, page by page', async () => {
    for (const note of ['1', '2', '3']) await ada.api.post(`${path()}/events`, { note });
    const { body } = await ada.api.get(`${path()}/events?limit=3`);
    const next = await ada.api.get(`${path()}/events?limit=3&cursor=${encodeURIComponent(body.nextCursor)}`);
    const texts = [...body.data, ...next.body.data].map(({ text }) => text);
    expect(texts).toEqual(['It matched: check failed.', '1', '2', '3']);
    expect(next.body.nextCursor).toBeNull();
  });

  it('is not that of an incident of another team', async () => {
    const grace = await app.given.owner();
    expectProblem(await grace.api.get(`${path()}/events`), NotFound);
  });
});

describe('GET /v1/incidents', () => {
  const idsOf = async (query: string): Promise<string[]> =>
    (await allPages(ada.api, `/v1/incidents${query}`)).map((incident) => incident.id);

  it('lists the newest first, and filters', async () => {
    await ada.api.post(`${path()}/acknowledge`);
    const before = new Date(app.clock.now().getTime() + 1).toISOString();
    app.clock.advance(MINUTE);
    const other = await Checked.of(app, ada);
    const { body: rule } = await ada.api.post('/v1/alert-rules', {
      name: 'Slow',
      condition: 'response-time',
      operator: 'above',
      value: 1,
      priority: 'low',
      scope: 'monitors',
      monitorIds: [other.id],
    });
    await other.history('.');
    const [slow] = await other.incidents();
    expect(await idsOf('')).toEqual([slow.id, id]);
    expect(await idsOf('?status=acknowledged')).toEqual([id]);
    expect(await idsOf('?status=open')).toEqual([slow.id]);
    expect(await idsOf('?status=resolved')).toEqual([]);
    expect(await idsOf('?severity=low')).toEqual([slow.id]);
    expect(await idsOf('?severity=high&status=open')).toEqual([]);
    expect(await idsOf(`?monitorId=${checked.id}`)).toEqual([id]);
    expect(await idsOf(`?ruleId=${rule.id}`)).toEqual([slow.id]);
    expect(await idsOf(`?from=${before}`)).toEqual([slow.id]);
    expect(await idsOf(`?to=${before}`)).toEqual([id]);
  });

  it('keeps its pages while incidents are opened', async () => {
    const rule = (await ada.api.get('/v1/alert-rules')).body.data[0].id;
    for (let i = 0; i < 3; i += 1) {
      app.clock.advance(MINUTE);
      const { id: monitorId } = await Checked.of(app, ada);
      await givenIncident(app, ada.teamId, rule, monitorId);
    }
    const all = await idsOf('');
    const { body } = await ada.api.get('/v1/incidents?limit=2');
    const { id: monitorId } = await Checked.of(app, ada);
    await givenIncident(app, ada.teamId, rule, monitorId);
    const next = await ada.api.get(`/v1/incidents?limit=2&cursor=${encodeURIComponent(body.nextCursor)}`);
    expect([...body.data, ...next.body.data].map((incident) => incident.id)).toEqual(all);
  });

  it('has in a list all but the evidence', async () => {
    const { evidence, ...rest } = await read();
    const [listed] = await checked.incidents();
    expect({ ...listed, durationSeconds: 0 }).toEqual({ ...rest, durationSeconds: 0 });
    expect(evidence).toHaveLength(1);
  });

  it.each(['status=closed', 'severity=worst', 'from=yesterday', 'order=asc', 'limit=0'])(
    'refuses %s',
    async (query) => {
      expect((await ada.api.get(`/v1/incidents?${query}`)).status).toBe(422);
    },
  );

  it('is open to viewers, who change nothing', async () => {
    const grace = await app.given.member(ada, 'viewer');
    expect((await grace.api.get('/v1/incidents')).body.data).toHaveLength(1);
    for (const answer of [
      await grace.api.post(`${path()}/acknowledge`),
      await grace.api.post(`${path()}/resolve`, {}),
      await grace.api.post(`${path()}/events`, { note: 'x' }),
    ])
      expectProblem(answer, AbilityMissing, {
        required: [Ability.IncidentsWrite],
        missing: [Ability.IncidentsWrite],
      });
  });
});
