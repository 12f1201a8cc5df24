import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { KeyLimitsExceeded } from '../../src/api-keys/api-keys.problems.js';
import { newId } from '../../src/common/id.js';
import { IdempotencyAnswerLost } from '../../src/limits/limits.problems.js';
import { NotFound, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Key, Person } from '../given.js';
import type { Answer, HttpClient } from '../http-client.js';
import { projectScoped } from '../limited-scene.js';

const { AuditRead, ChannelsRead, MonitorsRead, MonitorsWrite } = Ability;

let app: TestApp;
let ada: Person;
/** Two projects, each with a monitor. */
let shop: string;
let blog: string;
let shopMonitor: string;
let blogMonitor: string;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
  [shop, blog] = [await project('Shop'), await project('Blog')];
  shopMonitor = (await monitor(ada.api, 'Shop', shop)).body.id;
  blogMonitor = (await monitor(ada.api, 'Blog', blog)).body.id;
});

const project = async (name: string): Promise<string> =>
  (await ada.api.post('/v1/projects', { name })).body.id;
const monitor = (api: HttpClient, name: string, projectId?: string, headers = {}) =>
  api.post('/v1/monitors', { name, url: 'https://example.com/', projectId }, headers);
const limited = (projectIds: string[] | null, more: object = {}): Promise<Key> =>
  app.given.key(ada, projectScoped, { projectIds, ...more });
const create = (api: HttpClient, more: object) =>
  api.post('/v1/api-keys', { name: 'CI', abilities: [MonitorsRead], ...more });
const patch = ({ id }: Pick<Key, 'id'>, body: object, { api }: { api: HttpClient } = ada) =>
  api.patch(`/v1/api-keys/${id}`, body);
const read = async ({ id }: Pick<Key, 'id'>) => (await ada.api.get(`/v1/api-keys/${id}`)).body;
const idsOf = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);
const monitorsOf = async ({ api }: Key) => idsOf(await api.get('/v1/monitors'));
const isSeen = async ({ api }: Key, id: string) => (await api.get(`/v1/monitors/${id}`)).status === 200;
const expectFaults = (answer: Answer, ...issues: Array<[pointer: string, code: string]>) =>
  expectProblem(answer, ValidationFailed, {
    errors: issues.map(([pointer, code]) => ({ pointer, code, message: expect.any(String) })),
  });

describe('the projects that a key is limited to', () => {
  it('are shown, to the key as well, and recorded', async () => {
    const key = await limited([shop, blog]);
    expect((await read(key)).projectIds).toEqual([shop, blog]);
    expect((await key.api.get('/v1/api-keys/current')).body.projectIds).toEqual([shop, blog]);
    expect((await key.api.get('/v1/me')).body.apiKey).toEqual({
      id: key.id,
      name: 'CI',
      projectIds: [shop, blog],
    });
    const [event] = await app.given.log(ada, '&action=api-key.created');
    expect(event.changes).toContainEqual({ field: 'projectIds', from: null, to: [shop, blog] });
  });

  it('are all of the team where none are named', async () => {
    const { body } = await create(ada.api, {});
    expect(body.projectIds).toBeNull();
    expect((await create(ada.api, { projectIds: null })).body.projectIds).toBeNull();
    const me = await app.bearing(body.token).get('/v1/me');
    expect(me.body.apiKey.projectIds).toBeNull();
  });

  it('are changed by an edit, which is recorded', async () => {
    const key = await limited(null);
    expect((await patch(key, { projectIds: [shop] })).body.projectIds).toEqual([shop]);
    expect(await monitorsOf(key)).toEqual([shopMonitor]);
    expect((await patch(key, { projectIds: [shop, blog] })).body.projectIds).toEqual([shop, blog]);
    expect(await monitorsOf(key)).toEqual([shopMonitor, blogMonitor]);
    expect((await patch(key, { projectIds: null })).body.projectIds).toBeNull();
    const log = await app.given.log(ada, '&action=api-key.updated');
    expect(log.map(({ changes }) => changes)).toEqual([
      [{ field: 'projectIds', from: [shop, blog], to: null }],
      [{ field: 'projectIds', from: [shop], to: [shop, blog] }],
      [{ field: 'projectIds', from: null, to: [shop] }],
    ]);
  });

  it('stay in a rotation and in any other edit', async () => {
    const key = await limited([shop]);
    expect((await patch(key, { name: 'CD' })).body.projectIds).toEqual([shop]);
    const { body } = await ada.api.post(`/v1/api-keys/${key.id}/rotate`, {});
    expect(body.projectIds).toEqual([shop]);
    expect(await monitorsOf({ ...key, api: app.bearing(body.token) })).toEqual([shopMonitor]);
  });

  it('are of the team of the key, and each is named where it is not', async () => {
    const other = await app.given.owner();
    const foreign = (await other.api.get('/v1/projects')).body.data[0].id;
    const projectIds = [shop, foreign, newId('prj')];
    const key = await limited([shop]);
    for (const answer of [await create(ada.api, { projectIds }), await patch(key, { projectIds })])
      expectFaults(answer, ['/projectIds/1', 'project'], ['/projectIds/2', 'project']);
    expect((await read(key)).projectIds).toEqual([shop]);
  });

  it('are of the team of the key, from whichever team it is edited', async () => {
    const key = await limited([shop]);
    const { body: second } = await ada.api.post('/v1/teams', { name: 'Second' });
    await ada.api.put('/v1/auth/session/team', { teamId: second.id });
    const [{ id: foreign }] = (await ada.api.get('/v1/projects')).body.data;
    expectFaults(await patch(key, { projectIds: [foreign] }), ['/projectIds/0', 'project']);
    expect((await patch(key, { projectIds: [blog] })).body.projectIds).toEqual([blog]);
  });

  it.each([
    ['none', [], 'array-not-empty'],
    ['51', Array.from({ length: 51 }, () => newId('prj')), 'array-max-size'],
    ['one twice', ['prj_a', 'prj_a'], 'array-unique'],
    ['no list', 'prj_a', 'array-not-empty'],
  ])('are 1 to 50 different ones, and not %s', async (_, projectIds, code) => {
    expectFaults(await create(ada.api, { projectIds }), ['/projectIds', code]);
    expectFaults(await patch(await limited([shop]), { projectIds }), ['/projectIds', code]);
  });

  it('may be 50', async () => {
    const projectIds = await Promise.all(Array.from({ length: 50 }, (_, i) => project(`Project ${i}`)));
    const key = await limited(projectIds);
    expect((await read(key)).projectIds).toEqual(projectIds);
    expect(await monitorsOf(key)).toEqual([]);
  });

  it('filter the list of keys', async () => {
    const [both, one] = [await limited([shop, blog]), await limited([blog])];
    await limited(null);
    const keysOf = async (projectId: string) =>
      idsOf(await ada.api.get(`/v1/api-keys?projectId=${encodeURIComponent(projectId)}`));
    expect(await keysOf(shop)).toEqual([both.id]);
    expect(await keysOf(blog)).toEqual([one.id, both.id]);
    expect(await keysOf('prj_')).toEqual([]);
    expect(await keysOf('","')).toEqual([]);
  });
});

describe('the abilities of a key that is limited to projects', () => {
  it('are none that are about the team as a whole', async () => {
    const abilities = [MonitorsRead, AuditRead, MonitorsWrite, ChannelsRead];
    const answer = await create(ada.api, { abilities, projectIds: [shop] });
    expectFaults(answer, ['/abilities/1', 'not-project-scoped'], ['/abilities/3', 'not-project-scoped']);
    expect((await create(ada.api, { abilities })).status).toBe(201);
  });

  it('are told in the catalogue, and stand for *', async () => {
    const { body } = await create(ada.api, { abilities: ['*'], projectIds: [shop] });
    expect(body.abilities).toEqual(projectScoped);
    const catalogue = (await ada.api.get('/v1/abilities')).body.data;
    expect(catalogue.flatMap((ability: any) => (ability.projectScoped ? [ability.name] : []))).toEqual(
      projectScoped,
    );
  });

  it('keep a key from being limited that has others', async () => {
    const key = await app.given.key(ada, [MonitorsRead, ChannelsRead]);
    expectFaults(await patch(key, { projectIds: [shop] }), ['/projectIds', 'not-project-scoped']);
    expect((await read(key)).projectIds).toBeNull();
    expect((await patch(key, { projectIds: null, name: 'CD' })).status).toBe(200);
  });
});

describe('a key that is limited to projects', () => {
  it('must name one of them for a monitor, at its creation and when it moves', async () => {
    const key = await limited([shop]);
    expectFaults(await monitor(key.api, 'Cart'), ['/projectId', 'project']);
    expectFaults(await monitor(key.api, 'Cart', blog), ['/projectId', 'project']);
    const { status, body } = await monitor(key.api, 'Cart', shop);
    expect(status).toBe(201);
    const move = (projectId: string) => key.api.patch(`/v1/monitors/${body.id}`, { projectId });
    expectFaults(await move(blog), ['/projectId', 'project']);
    await patch(key, { projectIds: [shop, blog] });
    expect((await move(blog)).body.projectId).toBe(blog);
  });

  it('reads lists page by page as if there were nothing else', async () => {
    const key = await limited([shop]);
    const own = [shopMonitor];
    for (let i = 0; i < 4; i += 1) {
      own.push((await monitor(ada.api, `Shop ${i}`, shop)).body.id);
      await monitor(ada.api, `Blog ${i}`, blog);
    }
    for (const sort of ['createdAt', '-createdAt', 'name', '-status']) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const at = cursor && `&cursor=${cursor}`;
        const page: Answer = await key.api.get(`/v1/monitors?limit=2&sort=${sort}${at}`);
        seen.push(...idsOf(page));
        cursor = page.body.nextCursor;
      }
      expect(seen.toSorted()).toEqual(own.toSorted());
    }
  });

  it('loses a monitor when it moves out of them, and finds it when it moves in', async () => {
    const key = await limited([shop]);
    const move = (id: string, projectId: string) => ada.api.patch(`/v1/monitors/${id}`, { projectId });
    await move(shopMonitor, blog);
    await move(blogMonitor, shop);
    expect(await monitorsOf(key)).toEqual([blogMonitor]);
    expect([await isSeen(key, shopMonitor), await isSeen(key, blogMonitor)]).toEqual([false, true]);
    for (const path of ['', '/checks', '/uptime', '/metrics'])
      expectProblem(await key.api.get(`/v1/monitors/${shopMonitor}${path}`), NotFound);
    expectProblem(await key.api.post(`/v1/monitors/${shopMonitor}/checks`), NotFound);
  });

  it('is told nothing by the entity tag of what is beyond them', async () => {
    const key = await limited([shop]);
    const tagOf = async (id: string) => (await ada.api.get(`/v1/monitors/${id}`)).headers['etag']!;
    const [own, foreign] = [await tagOf(shopMonitor), await tagOf(blogMonitor)];
    const get = (id: string, tag: string) => key.api.get(`/v1/monitors/${id}`, { 'if-none-match': tag });
    expect((await get(shopMonitor, own)).status).toBe(304);
    expectProblem(await get(blogMonitor, foreign), NotFound);
    const edit = (id: string, tag: string) =>
      key.api.patch(`/v1/monitors/${id}`, { name: 'X' }, { 'if-match': tag });
    expectProblem(await edit(blogMonitor, foreign), NotFound);
    expectProblem(await edit(blogMonitor, '"x"'), NotFound);
    expect((await edit(shopMonitor, own)).status).toBe(200);
  });

  it('counts only what is in them', async () => {
    const key = await limited([shop]);
    await limited([blog]);
    await limited(null);
    const { plan } = (await key.api.get('/v1/me')).body;
    expect([plan.monitors.used, plan.apiKeys.used]).toEqual([1, 1]);
    const all = (await ada.api.get('/v1/me')).body.plan;
    expect([all.monitors.used, all.apiKeys.used]).toEqual([2, 3]);
  });

  it('sees nothing at all once they are deleted, and works again with others', async () => {
    const key = await limited([shop]);
    expect((await ada.api.delete(`/v1/projects/${shop}?moveTo=${blog}`)).status).toBe(204);
    expect(await monitorsOf(key)).toEqual([]);
    expect(idsOf(await key.api.get('/v1/projects'))).toEqual([]);
    expect([await isSeen(key, shopMonitor), await isSeen(key, blogMonitor)]).toEqual([false, false]);
    expectFaults(await monitor(key.api, 'Cart'), ['/projectId', 'project']);
    expectFaults(await monitor(key.api, 'Cart', shop), ['/projectId', 'project']);
    expect((await key.api.get('/v1/me')).body.plan.monitors.used).toBe(0);
    expect((await read(key)).projectIds).toEqual([shop]);
    // What it is limited to already may be sent back with any edit, and is no help in a new key.
    expect((await patch(key, { name: 'CD', projectIds: [shop] })).body.projectIds).toEqual([shop]);
    expectFaults(await create(ada.api, { projectIds: [shop] }), ['/projectIds/0', 'project']);
    await patch(key, { projectIds: [blog] });
    expect(await monitorsOf(key)).toEqual([shopMonitor, blogMonitor]);
  });

  it('gets no answer again that may be beyond them', async () => {
    const key = await limited([shop, blog]);
    const retry = { 'idempotency-key': 'one' };
    const post = () => monitor(key.api, 'Posts', blog, retry);
    const first = await post();
    expect((await post()).text).toBe(first.text);
    await patch(key, { projectIds: [shop] });
    const refused = await post();
    expectProblem(refused, IdempotencyAnswerLost);
    expect(refused.text).not.toContain(first.body.id);
    await patch(key, { projectIds: null });
    const again = await post();
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([first.text, 'true']);
  });
});

describe('the keys that a limited key makes', () => {
  it('are limited to the same projects, or to fewer', async () => {
    const maker = await limited([shop, blog]);
    expect((await create(maker.api, {})).body.projectIds).toEqual([shop, blog]);
    expect((await create(maker.api, { projectIds: [blog] })).body.projectIds).toEqual([blog]);
  });

  it('are limited to no others, whether there are such or not', async () => {
    const maker = await limited([shop]);
    for (const projectIds of [null, [blog], [shop, blog], [newId('prj')]])
      expectProblem(await create(maker.api, { projectIds }), KeyLimitsExceeded, {
        exceeding: ['projectIds'],
      });
  });

  it('are limited to them also after the projects were deleted', async () => {
    const maker = await limited([shop]);
    await ada.api.delete(`/v1/projects/${shop}?moveTo=${blog}`);
    const { body } = await create(maker.api, {});
    expect(body.projectIds).toEqual([shop]);
    expect((await app.bearing(body.token).get('/v1/monitors')).body.data).toEqual([]);
    expectFaults(await create(maker.api, { projectIds: [shop] }), ['/projectIds/0', 'project']);
  });
});

describe('the keys that a limited key sees and touches', () => {
  it('are those of its owner that reach no further', async () => {
    const key = await limited([shop, blog]);
    const [narrow, wide, same] = [await limited([shop]), await limited(null), await limited([blog, shop])];
    const other = await limited([await project('Docs'), shop]);
    expect(idsOf(await key.api.get('/v1/api-keys'))).toEqual([same.id, narrow.id, key.id]);
    for (const { id } of [wide, other]) {
      expectProblem(await key.api.get(`/v1/api-keys/${id}`), NotFound);
      expectProblem(await patch({ id }, { name: 'Mine' }, key), NotFound);
      expectProblem(await patch({ id }, { disabled: true }, key), NotFound);
      expectProblem(await key.api.post(`/v1/api-keys/${id}/rotate`, {}), NotFound);
      expectProblem(await key.api.delete(`/v1/api-keys/${id}`), NotFound);
    }
    expect((await patch(narrow, { name: 'Mine' }, key)).body.name).toBe('Mine');
    expect((await key.api.delete(`/v1/api-keys/${narrow.id}`)).status).toBe(204);
  });

  it('are widened by a person, and not by a key beyond its own projects', async () => {
    const [key, narrow] = [await limited([shop]), await limited([shop])];
    for (const projectIds of [null, [shop, blog]])
      for (const target of [key, narrow])
        expectProblem(await patch(target, { projectIds }, key), KeyLimitsExceeded, {
          exceeding: ['projectIds'],
        });
    expect(await monitorsOf(key)).toEqual([shopMonitor]);
    const wide = await limited([shop, blog]);
    expect((await patch(narrow, { projectIds: [blog] }, wide)).body.projectIds).toEqual([blog]);
    expect((await patch(wide, { projectIds: [shop] }, wide)).body.projectIds).toEqual([shop]);
  });

  it('are not revoked with it where they reach further by now', async () => {
    const maker = await limited([shop]);
    const [wide, narrow] = [(await create(maker.api, {})).body, (await create(maker.api, {})).body];
    await patch(wide, { projectIds: null });
    await maker.api.delete(`/v1/api-keys/${maker.id}?descendants=true`);
    expect([(await read(maker)).status, (await read(narrow)).status, (await read(wide)).status]).toEqual([
      'revoked',
      'revoked',
      'active',
    ]);
    const second = await limited([shop]);
    const child = (await create(second.api, {})).body;
    await patch(child, { projectIds: null });
    await ada.api.delete(`/v1/api-keys/${second.id}?descendants=true`);
    expect((await read(child)).status).toBe('revoked');
  });
});
