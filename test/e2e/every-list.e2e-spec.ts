import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import { PASSWORD } from '../given.js';
import { givenChecks } from '../given-checks.js';
import type { Answer, HttpClient } from '../http-client.js';
import { fill, type Operation, operations } from '../operations.js';
import { newScene, type Scene } from '../scene.js';

/** Every list of the API document that is read page by page. */
const lists = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));

let app: TestApp;
let scene: Scene;
let elsewhere: Scene;
/** A channel of the scene with no delivery to it. */
let emailChannelId: string;
beforeAll(async () => {
  app = await TestApp.start();
  scene = await newScene(app);
  elsewhere = await newScene(app);
  await fillLists(scene);
  await fillLists(elsewhere);
  const { body } = await scene.owner.api.get('/v1/notification-channels');
  emailChannelId = body.data.find(({ id }: { id: string }) => id !== scene.channelId).id;
});
afterAll(() => app.stop());

/** What a scene lacks for each of its lists to have two entries. */
async function fillLists({
  owner,
  channelId,
  monitorId,
  incidentId,
  resolvedIncidentId,
}: Scene): Promise<void> {
  const { api, email } = owner;
  await app.given.key(owner);
  await app.anyone.post('/v1/auth/sign-in', { email, password: PASSWORD });
  await api.post(`/v1/notification-channels/${channelId}/test`);
  for (const id of [incidentId, resolvedIncidentId])
    for (const note of ['Seen', 'Gone']) await api.post(`/v1/incidents/${id}/events`, { note });
  const now = app.clock.now().getTime();
  await givenChecks(
    app,
    [monitorId],
    [1, 2, 3].map((minutes) => ({ dueAt: now - minutes * 60_000, verdict: 'ok' as const })),
  );
}

/** Filters that every entry passes, for the lists that have some. */
const filters: Readonly<Record<string, (scene: Scene) => Array<[string, string]>>> = {
  listAuditEvents: () => [
    ['from', '2020-01-01T00:00:00Z'],
    ['to', '2099-01-01T00:00:00Z'],
  ],
  listIncidents: ({ monitorId, ruleId }) => [
    ['monitorId', monitorId],
    ['ruleId', ruleId],
  ],
  listChecks: () => [
    ['from', '2020-01-01T00:00:00Z'],
    ['to', '2099-01-01T00:00:00Z'],
  ],
  listMonitors: () => [
    ['sort', 'name'],
    ['q', 'e'],
  ],
  listApiKeys: () => [['owner', 'me']],
};

/** The things whose lists there are: the one with two entries, and another. */
const parents: Readonly<Record<string, (scene: Scene) => [string, string]>> = {
  listChecks: ({ monitorId, pausedMonitorId }) => [monitorId, pausedMonitorId],
  listIncidentEvents: ({ incidentId, resolvedIncidentId }) => [incidentId, resolvedIncidentId],
  listDeliveries: ({ channelId }) => [channelId, emailChannelId],
};

const parentOf = ({ id, path }: Operation, of = scene): string =>
  path.includes('{') ? parents[id]!(of)[0] : '';

function read(
  operation: Operation,
  parameters: ReadonlyArray<readonly [string, string]>,
  { api = scene.owner.api, parent = parentOf(operation) }: { api?: HttpClient; parent?: string } = {},
): Promise<Answer> {
  const query = new URLSearchParams(Object.fromEntries(parameters)).toString();
  return api.get(`${fill(operation.path, { id: parent })}?${query}`);
}

const limit = ['limit', '1'] as const;
const filtersOf = ({ id }: Operation) => filters[id]?.(scene) ?? [];

/** The first page of one entry. */
async function firstPage(operation: Operation): Promise<{ first: any; cursor: string }> {
  const { body } = await read(operation, [limit, ...filtersOf(operation)]);
  expect({ entries: body.data.length, cursor: body.nextCursor }).toEqual({
    entries: 1,
    cursor: expect.any(String),
  });
  return { first: body.data[0], cursor: body.nextCursor };
}

function expectRefused({ status, body }: Answer): void {
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'validation-failed' });
  expect(body.errors).toEqual([expect.objectContaining({ parameter: 'cursor', code: 'cursor' })]);
}

it('there are lists', () => expect(lists.length).toBeGreaterThan(10));

describe.each(lists)('a cursor of GET $path', (operation) => {
  it('leads on, in whatever order the parameters stand', async () => {
    const { first, cursor } = await firstPage(operation);
    const all = [['cursor', cursor] as const, limit, ...filtersOf(operation)];
    for (const parameters of [all, all.toReversed()]) {
      const { status, body } = await read(operation, parameters);
      expect(status).toBe(200);
      expect(body.data).toHaveLength(1);
      expect(body.data[0].id).not.toBe(first.id);
    }
  });

  it('is refused by every other list, and by this one of something else', async () => {
    const { cursor } = await firstPage(operation);
    const others = lists.filter(({ id }) => id !== operation.id);
    for (const other of others) {
      const known = filtersOf(operation).filter(isKnownTo(other));
      expectRefused(await read(other, [['cursor', cursor], ...known]));
    }
    if (operation.path.includes('{')) {
      const parameters = [['cursor', cursor] as const, ...filtersOf(operation)];
      const [, parent] = parents[operation.id]!(scene);
      expectRefused(await read(operation, parameters, { parent }));
    }
  });

  it('is refused with other filters, and to somebody else', async () => {
    const { cursor } = await firstPage(operation);
    const parameters = [['cursor', cursor] as const, ...filtersOf(operation)];
    const { api } = elsewhere.owner;
    const foreign = { api, parent: parentOf(operation, elsewhere) };
    expectRefused(await read(operation, parameters, foreign));
    if (filtersOf(operation).length > 0) expectRefused(await read(operation, parameters.slice(0, -1)));
  });

  it('tells nothing of where it leads', async () => {
    const { first, cursor } = await firstPage(operation);
    const bytes = Buffer.from(cursor, 'base64url');
    const likeOthers = 12 + 64 + 16;
    expect(bytes).toHaveLength(likeOthers);
    for (const text of [cursor, bytes.toString('latin1')]) expect(text).not.toContain(first.id);
  });
});

const isKnownTo =
  ({ parameters }: Operation) =>
  ([name]: readonly [string, string]): boolean =>
    parameters.some((parameter) => parameter.name === name);
