import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import { CheckResultObservers } from '../../src/checks/result/check-result-observers.js';
import { ChangeFeed } from '../../src/database/change-feed.js';
import {
  MaintenanceWindowLimitReached,
  MaintenanceWindowNotActive,
  MaintenanceWindowNotUpcoming,
} from '../../src/maintenance/maintenance.problems.js';
import { NotFound, PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import type { Answer } from '../http-client.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

/** So much later than now, as the server has it. */
const later = (milliseconds: number): string =>
  new Date(app.clock.now().getTime() + milliseconds).toISOString();

async function monitor({ api }: Person): Promise<string> {
  return (await api.post('/v1/monitors', { name: 'API', url: 'https://example.com' })).body.id;
}

/** Somebody, and a monitor of theirs. They call with a key, which days that go by do not end as they end a session. */
async function given(): Promise<{ ada: Person; monitorId: string }> {
  const ada = await app.given.owner();
  const { api } = await app.given.key(ada);
  return { ada: { ...ada, api }, monitorId: await monitor(ada) };
}

/** A window of an hour, an hour from now. */
const soon = (monitorId: string, more: object = {}) => ({
  title: 'Disks',
  startsAt: later(HOUR),
  endsAt: later(2 * HOUR),
  monitorIds: [monitorId],
  ...more,
});

const create = ({ api }: Person, input: object): Promise<Answer> =>
  api.post('/v1/maintenance-windows', input);

async function planned(person: Person, input: object): Promise<any> {
  const { body, status, text } = await create(person, input);
  if (status !== 201) throw new Error(`No window was planned: ${text}`);
  return body;
}

const read = async ({ api }: Person, { id }: { id: string }): Promise<any> =>
  (await api.get(`/v1/maintenance-windows/${id}`)).body;

const titles = async ({ api }: Person, query = ''): Promise<string[]> =>
  (await api.get(`/v1/maintenance-windows${query}`)).body.data.map(({ title }: any) => title);

/** Asserts that the input was refused for these issues, each as its pointer and code. */
function expectFaults(answer: Answer, ...issues: string[]): void {
  expectProblem(answer, ValidationFailed, { errors: expect.any(Array) });
  expect(answer.body.errors.map((error: any) => `${error.pointer} ${error.code}`)).toEqual(issues);
}

describe('POST /v1/maintenance-windows', () => {
  it('plans a window that does not recur, by the clocks of UTC', async () => {
    const { ada, monitorId } = await given();
    const input = soon(monitorId);

    const { status, headers, body } = await create(ada, input);

    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/maintenance-windows/${body.id}`);
    expect(body).toEqual({
      ...input,
      id: expect.stringMatching(/^mnt_[0-9a-z]{26}$/),
      description: null,
      recurrence: 'none',
      timeZone: 'UTC',
      until: null,
      status: 'upcoming',
      currentOccurrence: null,
      nextOccurrence: { startsAt: input.startsAt, endsAt: input.endsAt },
      endedAt: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(await read(ada, body)).toEqual(body);
  });

  it('takes every setting', async () => {
    const { ada, monitorId } = await given();
    const settings = {
      title: 'Every Sunday',
      description: 'New disks',
      startsAt: '2098-01-05T01:00:00.000Z',
      endsAt: '2098-01-05T03:30:00.000Z',
      recurrence: 'weekly',
      timeZone: 'Europe/Rome',
      until: '2099-01-01T00:00:00.000Z',
      monitorIds: [monitorId],
    };
    const body = await planned(ada, settings);
    expect(body).toMatchObject(settings);
    expect(await read(ada, body)).toEqual(body);
  });

  it('understands any offset', async () => {
    const { ada, monitorId } = await given();
    const times = { startsAt: '2098-01-05T01:00:00+02:00', endsAt: '2098-01-05T01:00:00Z' };
    expect(await planned(ada, soon(monitorId, times))).toMatchObject({
      startsAt: '2098-01-04T23:00:00.000Z',
      endsAt: '2098-01-05T01:00:00.000Z',
    });
  });

  it('lets one begin in the past that is not over', async () => {
    const { ada, monitorId } = await given();
    const startsAt = later(-HOUR);
    expect(await planned(ada, soon(monitorId, { startsAt }))).toMatchObject({ status: 'active' });
  });

  it.each<[object, ...string[]]>([
    [{ endsAt: '2098-01-05T01:00:00Z' }, '/endsAt before-start'],
    [{ endsAt: '2098-01-05T00:59:59.999Z' }, '/endsAt before-start'],
    [{ endsAt: '2098-01-06T01:00:00.001Z', recurrence: 'daily' }, '/endsAt longer-than-recurrence'],
    [{ endsAt: '2098-01-12T01:00:00.001Z', recurrence: 'weekly' }, '/endsAt longer-than-recurrence'],
    [{ endsAt: '2098-02-02T01:00:00.001Z', recurrence: 'monthly' }, '/endsAt longer-than-recurrence'],
    [{ until: '2098-01-05T00:59:59Z', recurrence: 'daily' }, '/until before-start'],
    [{ until: '2099-01-05T00:00:00Z' }, '/until not-taken'],
    [{ startsAt: '2026-01-05T01:00:00Z', endsAt: '2026-01-05T02:00:00Z' }, '/endsAt past'],
    [
      {
        startsAt: '2025-01-05T01:00:00Z',
        endsAt: '2025-01-05T02:00:00Z',
        recurrence: 'daily',
        until: '2025-02-01T00:00:00Z',
      },
      '/until past',
    ],
    [{ startsAt: '2098-01-05' }, '/startsAt instant'],
    [{ startsAt: '2098-02-30T00:00:00Z' }, '/startsAt instant'],
    [{ endsAt: null }, '/endsAt instant'],
    [{ recurrence: 'yearly' }, '/recurrence is-in'],
    [{ timeZone: 'Rome' }, '/timeZone time-zone'],
    [{ timeZone: '+02:00' }, '/timeZone time-zone'],
    [{ monitorIds: [] }, '/monitorIds array-not-empty'],
    [{ monitorIds: 'mon_1' }, '/monitorIds is-array'],
    [{ monitorIds: ['mon_1', 'mon_1'] }, '/monitorIds array-unique'],
    [{ monitorIds: [7] }, '/monitorIds/0 identifier'],
    [{ monitorIds: Array.from({ length: 201 }, (_, i) => `mon_${i}`) }, '/monitorIds array-max-size'],
    [{ title: '' }, '/title is-length'],
    [{ endedAt: '2099-01-05T00:00:00Z' }, '/endedAt unknown-member'],
  ])('refuses %j', async (more, ...issues) => {
    const { ada, monitorId } = await given();
    const times = { startsAt: '2098-01-05T01:00:00Z', endsAt: '2098-01-05T02:00:00Z' };
    expectFaults(await create(ada, soon(monitorId, { ...times, ...more })), ...issues);
    expect(await titles(ada)).toEqual([]);
  });

  it('names each monitor that the team does not have', async () => {
    const { ada, monitorId } = await given();
    const { monitorId: foreign } = await given();
    const monitorIds = [monitorId, foreign, 'mon_unknown'];
    expectFaults(
      await create(ada, soon(monitorId, { monitorIds })),
      '/monitorIds/1 monitor',
      '/monitorIds/2 monitor',
    );
  });

  it('refuses a window that overlaps another one for the same monitor, and names that', async () => {
    const { ada, monitorId } = await given();
    const other = await monitor(ada);
    const first = await planned(ada, soon(monitorId));
    const between = { startsAt: later(1.5 * HOUR), endsAt: later(3 * HOUR) };

    const answer = await create(ada, soon(monitorId, { ...between, monitorIds: [other, monitorId] }));

    expectFaults(answer, '/monitorIds overlap');
    expect(answer.body.errors[0].message).toContain(`${first.id}, "Disks", is active for ${monitorId} too`);
    expect((await create(ada, soon(other, between))).status).toBe(201);
    const behind = { startsAt: first.endsAt, endsAt: later(4 * HOUR) };
    expect((await create(ada, soon(monitorId, behind))).status).toBe(201);
  });

  it('refuses one whose occurrences overlap only now and then', async () => {
    const { ada, monitorId } = await given();
    const times = { startsAt: '2098-01-01T10:00:00Z', endsAt: '2098-01-01T11:00:00Z' };
    await planned(ada, soon(monitorId, { ...times, recurrence: 'monthly' }));
    const weekly = { startsAt: '2098-01-05T10:30:00Z', endsAt: '2098-01-05T12:00:00Z', recurrence: 'weekly' };
    expectFaults(await create(ada, soon(monitorId, weekly)), '/monitorIds overlap');
  });

  it('keeps one of two that overlap and come at the same moment', async () => {
    const { ada, monitorId } = await given();
    const answers = await Promise.all([create(ada, soon(monitorId)), create(ada, soon(monitorId))]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422]);
  });

  it('stops at 100 windows ahead, also when several come at once', async () => {
    const { ada, monitorId } = await given();
    const at = (i: number) => soon(monitorId, { startsAt: later(i * HOUR), endsAt: later((i + 1) * HOUR) });
    const first = await planned(ada, at(0));
    for (let i = 1; i < 99; i += 1) await planned(ada, at(i));

    const answers = await Promise.all([99, 100, 101].map((i) => create(ada, at(i))));

    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(2);
    for (const answer of refused)
      expectProblem(answer, MaintenanceWindowLimitReached, { limit: 100, used: 100 });
    await ada.api.post(`/v1/maintenance-windows/${first.id}/end`);
    expect((await create(ada, at(102))).status).toBe(201);
  });

  it('is closed to viewers, who may look', async () => {
    const { ada, monitorId } = await given();
    const grace = await app.given.member(ada, 'viewer');
    await planned(ada, soon(monitorId));
    expect(await titles(grace)).toEqual(['Disks']);
    expectProblem(await create(grace, soon(monitorId)), AbilityMissing, {
      required: [Ability.MaintenanceWrite],
      missing: [Ability.MaintenanceWrite],
    });
  });
});

describe('the status of a window', () => {
  it('follows the clock', async () => {
    const { ada, monitorId } = await given();
    const window = await planned(ada, soon(monitorId, { recurrence: 'daily', until: later(2 * DAY) }));
    const occurrence = (n: number) => ({
      startsAt: new Date(Date.parse(window.startsAt) + n * DAY).toISOString(),
      endsAt: new Date(Date.parse(window.endsAt) + n * DAY).toISOString(),
    });

    app.clock.advance(HOUR);
    expect(await read(ada, window)).toMatchObject({
      status: 'active',
      currentOccurrence: occurrence(0),
      nextOccurrence: occurrence(1),
    });
    app.clock.advance(HOUR);
    expect(await read(ada, window)).toMatchObject({
      status: 'upcoming',
      currentOccurrence: null,
      nextOccurrence: occurrence(1),
    });
    app.clock.advance(DAY);
    expect(await read(ada, window)).toMatchObject({
      status: 'past',
      currentOccurrence: null,
      nextOccurrence: null,
    });
  });
});

describe('GET /v1/maintenance-windows', () => {
  it('lists the windows of the team, newest first, page by page', async () => {
    const { ada, monitorId } = await given();
    await planned(ada, soon(monitorId, { title: 'First' }));
    await planned(ada, soon(await monitor(ada), { title: 'Second' }));
    const { body: page } = await ada.api.get('/v1/maintenance-windows?limit=1');
    expect(page.data).toMatchObject([{ title: 'Second' }]);
    expect(await titles(ada, `?limit=1&cursor=${page.nextCursor}`)).toEqual(['First']);
  });

  it('filters by status and monitor', async () => {
    const { ada, monitorId } = await given();
    const other = await monitor(ada);
    await planned(ada, soon(other, { title: 'Past', startsAt: later(-HOUR), endsAt: later(MINUTE) }));
    app.clock.advance(2 * MINUTE);
    const yesterday = { startsAt: later(-DAY - HOUR), endsAt: later(-DAY + HOUR), recurrence: 'daily' };
    await planned(ada, soon(monitorId, { title: 'Active', ...yesterday }));
    const before = { startsAt: later(-DAY - HOUR), endsAt: later(-DAY), recurrence: 'daily' };
    await planned(ada, soon(other, { title: 'Between', ...before }));
    await planned(ada, soon(other, { title: 'Upcoming' }));

    expect(await titles(ada)).toEqual(['Upcoming', 'Between', 'Active', 'Past']);
    expect(await titles(ada, '?status=past')).toEqual(['Past']);
    expect(await titles(ada, '?status=active')).toEqual(['Active']);
    expect(await titles(ada, '?status=upcoming')).toEqual(['Upcoming', 'Between']);
    expect(await titles(ada, `?monitorId=${monitorId}`)).toEqual(['Active']);
    expect(await titles(ada, `?monitorId=${monitorId}&status=upcoming`)).toEqual([]);
    expect(await titles(await app.given.owner(), '?status=active')).toEqual([]);
  });
});

describe('PATCH /v1/maintenance-windows/{id}', () => {
  it('changes what it is given and tells of it', async () => {
    const { ada, monitorId } = await given();
    const window = await planned(ada, soon(monitorId));
    const endsAt = later(5 * HOUR);

    const { body } = await ada.api.patch(`/v1/maintenance-windows/${window.id}`, { title: 'More', endsAt });

    expect(body).toMatchObject({
      ...window,
      title: 'More',
      endsAt,
      nextOccurrence: { endsAt },
      updatedAt: expect.any(String),
    });
    expect(await read(ada, window)).toEqual(body);
    const [event] = await app.given.log(ada, '&action=maintenance-window.updated');
    expect(event.changes).toEqual([
      { field: 'title', from: 'Disks', to: 'More' },
      { field: 'endsAt', from: window.endsAt, to: endsAt },
    ]);
  });

  it('holds an edit against the rest of the window and against others', async () => {
    const { ada, monitorId } = await given();
    const other = await monitor(ada);
    const window = await planned(ada, soon(monitorId));
    await planned(ada, soon(other));
    const patch = (input: object) => ada.api.patch(`/v1/maintenance-windows/${window.id}`, input);
    expectFaults(await patch({ endsAt: window.startsAt }), '/endsAt before-start');
    expectFaults(await patch({ until: later(DAY) }), '/until not-taken');
    expectFaults(await patch({ monitorIds: [other] }), '/monitorIds overlap');
    expect((await patch({ startsAt: later(1.5 * HOUR) })).status).toBe(200);
  });

  it('refuses a window that has begun, until it is between two occurrences', async () => {
    const { ada, monitorId } = await given();
    const window = await planned(ada, soon(monitorId, { recurrence: 'daily', until: later(2 * DAY) }));
    const patch = () => ada.api.patch(`/v1/maintenance-windows/${window.id}`, { title: 'More' });

    app.clock.advance(HOUR);
    expectProblem(await patch(), MaintenanceWindowNotUpcoming);
    app.clock.advance(HOUR);
    expect((await patch()).body).toMatchObject({ title: 'More', status: 'upcoming' });
    app.clock.advance(DAY);
    expectProblem(await patch(), MaintenanceWindowNotUpcoming);
  });

  it('refuses an edit of what was changed meanwhile, but not because time went by', async () => {
    const { ada, monitorId } = await given();
    const window = await planned(ada, soon(monitorId, { recurrence: 'daily' }));
    const { headers } = await ada.api.get(`/v1/maintenance-windows/${window.id}`);
    const seen = { 'if-match': headers['etag'] as string };
    const path = `/v1/maintenance-windows/${window.id}`;

    app.clock.advance(3 * HOUR);
    expect((await ada.api.patch(path, { title: 'More' }, seen)).status).toBe(200);
    expectProblem(await ada.api.patch(path, { title: 'x' }, seen), PreconditionFailed);
    expectProblem(await ada.api.delete(path, seen), PreconditionFailed);
  });

  it('does not find the window of another team', async () => {
    const { ada, monitorId } = await given();
    const { id } = await planned(ada, soon(monitorId));
    const { api } = await app.given.owner();
    for (const answer of [
      await api.get(`/v1/maintenance-windows/${id}`),
      await api.patch(`/v1/maintenance-windows/${id}`, { title: 'x' }),
      await api.post(`/v1/maintenance-windows/${id}/end`),
      await api.delete(`/v1/maintenance-windows/${id}`),
    ])
      expectProblem(answer, NotFound);
  });
});

describe('POST /v1/maintenance-windows/{id}/end', () => {
  it('ends the occurrence that is going on, and all that would come', async () => {
    const { ada, monitorId } = await given();
    const window = await planned(ada, soon(monitorId, { startsAt: later(-HOUR), recurrence: 'weekly' }));

    const { status, body } = await ada.api.post(`/v1/maintenance-windows/${window.id}/end`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'past',
      currentOccurrence: null,
      nextOccurrence: null,
      endedAt: expect.any(String),
      endsAt: window.endsAt,
    });
    expect(await read(ada, window)).toEqual(body);
    const [event] = await app.given.log(ada, '&action=maintenance-window.ended');
    expect(event.changes).toEqual([{ field: 'endedAt', from: null, to: body.endedAt }]);
  });

  it('refuses a window that is not active', async () => {
    const { ada, monitorId } = await given();
    const { id } = await planned(ada, soon(monitorId));
    const end = () => ada.api.post(`/v1/maintenance-windows/${id}/end`);

    expectProblem(await end(), MaintenanceWindowNotActive);
    app.clock.advance(HOUR);
    expect((await end()).status).toBe(200);
    expectProblem(await end(), MaintenanceWindowNotActive);
  });
});

describe('DELETE /v1/maintenance-windows/{id}', () => {
  it('deletes a window', async () => {
    const { ada, monitorId } = await given();
    const { id } = await planned(ada, soon(monitorId));
    expect((await ada.api.delete(`/v1/maintenance-windows/${id}`)).status).toBe(204);
    expectProblem(await ada.api.get(`/v1/maintenance-windows/${id}`), NotFound);
    expect((await create(ada, soon(monitorId))).status).toBe(201);
  });
});

describe('a monitor that is deleted', () => {
  it('leaves the windows it is in, and ends the one that is for no other', async () => {
    const { ada, monitorId } = await given();
    const other = await monitor(ada);
    const both = await planned(ada, soon(monitorId, { monitorIds: [monitorId, other] }));
    const tomorrow = { startsAt: later(DAY), endsAt: later(DAY + HOUR) };
    const one = await planned(ada, soon(monitorId, tomorrow));

    expect((await ada.api.delete(`/v1/monitors/${monitorId}`)).status).toBe(204);

    expect(await read(ada, both)).toMatchObject({ monitorIds: [other], status: 'upcoming' });
    expect(await read(ada, one)).toMatchObject({ monitorIds: [], status: 'past' });
    const [event] = await app.given.log(ada, `&targetId=${one.id}&action=maintenance-window.ended`);
    expect(event).toMatchObject({ actor: { type: 'system' } });
    expect(await titles(ada, '?status=past')).toEqual([one.title]);
  });
});

describe('a check', () => {
  it('is marked while a window for its monitor is active, and counts for nothing', async () => {
    const { ada, monitorId } = await given();
    const other = await monitor(ada);
    await planned(ada, soon(monitorId, { startsAt: later(-HOUR) }));

    await app.check();

    const checksOf = async (id: string) => (await ada.api.get(`/v1/monitors/${id}/checks`)).body.data;
    expect(await checksOf(monitorId)).toMatchObject([{ inMaintenance: true }]);
    expect(await checksOf(other)).toMatchObject([{ inMaintenance: false }]);
    const { body: uptime } = await ada.api.get(`/v1/monitors/${monitorId}/uptime`);
    expect(uptime['24h']).toMatchObject({ percent: null });
  });
});

describe('the windows in memory', () => {
  it('follow what the change feed tells', async () => {
    const [observers, feed] = [app.get(CheckResultObservers), app.get(ChangeFeed)];
    const { ada, monitorId } = await given();
    await observers.reload();
    let version = await feed.version();
    const follow = async () => {
      const news = await feed.since(version);
      ({ version } = news);
      await observers.applyChanges(news.changed);
      const inMinutes = (minutes: number) => app.clock.now().getTime() + minutes * MINUTE;
      return [0, 90].map((minutes) => observers.isInMaintenance(monitorId, inMinutes(minutes)));
    };

    const { id } = await planned(ada, soon(monitorId));
    expect(await follow()).toEqual([false, true]);
    await ada.api.patch(`/v1/maintenance-windows/${id}`, { startsAt: later(-HOUR) });
    expect(await follow()).toEqual([true, true]);
    await ada.api.post(`/v1/maintenance-windows/${id}/end`);
    expect(await follow()).toEqual([false, false]);
    await planned(ada, soon(monitorId));
    expect(await follow()).toEqual([false, true]);
    await observers.reload();
    expect(await follow()).toEqual([false, true]);
  });
});
