import { webcrypto } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import { apiDocument } from '../contract.js';
import type { Person } from '../given.js';
import { givenIncident } from '../given-incidents.js';
import type { Answer, HttpClient } from '../http-client.js';
import { fill, type Operation, operations } from '../operations.js';

/** What a person has on a server of their own, from one operation to the next. */
interface Progress {
  readonly app: TestApp;
  /** Whoever signed up. */
  api: HttpClient;
  key: HttpClient;
  member: Person;
  readonly ids: Record<string, string>;
}

interface Step {
  /** What fills the path. */
  readonly path?: (ids: Progress['ids']) => Record<string, string>;
  readonly as?: (progress: Progress) => HttpClient;
  /** The ids that must be one's own. */
  readonly ids?: (progress: Progress) => Record<string, string>;
  /** What is remembered of the answer. */
  readonly keep?: (answer: any, progress: Progress) => void;
}

const signIn = ({ token }: any, progress: Progress): void =>
  void (progress.api = progress.app.bearing(token));
const keepAs =
  (name: string) =>
  ({ id }: any, { ids }: Progress): void =>
    void (ids[name] = id);
const at =
  (name: string) =>
  (ids: Progress['ids']): Record<string, string> => ({ id: ids[name]! });

/** How every operation that has an example of its body is called. */
const steps: Readonly<Record<string, Step>> = {
  signUp: {
    as: ({ app }) => app.anyone,
    keep: (body, progress) => {
      signIn(body, progress);
      progress.ids['team'] = body.team.id;
    },
  },
  signIn: { as: ({ app }) => app.anyone, keep: signIn },
  switchTeam: { ids: ({ ids }) => ({ teamId: ids['team']! }) },
  updateAccount: {},
  changePassword: { keep: signIn },
  createMonitor: { keep: keepAs('monitor') },
  updateMonitor: { path: at('monitor') },
  createNotificationChannel: { keep: keepAs('channel') },
  updateNotificationChannel: { path: at('channel') },
  createAlertRule: { keep: keepAs('rule') },
  updateAlertRule: { path: at('rule') },
  addIncidentNote: { path: at('incident') },
  resolveIncident: { path: at('incident') },
  updateIncident: { path: at('incident') },
  createMaintenanceWindow: { keep: keepAs('window') },
  updateMaintenanceWindow: { path: at('window') },
  createApiKey: {
    keep: (body, progress) => {
      keepAs('key')(body, progress);
      progress.key = progress.app.bearing(body.token);
    },
  },
  updateApiKey: { path: at('key') },
  rotateCurrentApiKey: { as: ({ key }) => key },
  rotateApiKey: { path: at('key') },
  createProject: { keep: keepAs('project') },
  updateProject: { path: at('project') },
  changeRole: { path: (ids) => ({ userId: ids['member']! }) },
  updateTeam: {},
  transferOwnership: { ids: ({ member }) => ({ userId: member.id }) },
  createTeam: {},
};

const withBody = operations.filter(({ body }) => body !== null);

/** In the order in which Swagger UI shows them: the groups of the document, and first of all how to sign up and in. */
function inOrder({ tags, paths }: any): Operation[] {
  const placeOf = ({ id, path, method }: Operation): number => {
    const first = ['signUp', 'signIn'].indexOf(id);
    if (first >= 0) return first - 2;
    const [group] = paths[path][method.toLowerCase()].tags;
    return tags.findIndex(({ name }: any) => name === group);
  };
  return withBody.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The document as Swagger UI of `app` shows it, with passwords that it makes up. */
async function shownBy(app: TestApp): Promise<any> {
  const { text: page } = await app.anyone.get('/docs');
  const { text: script } = await app.anyone.get(/src="([^"]+start\.js)"/.exec(page)![1]!);
  let plugins: Array<(system: object) => any> = [];
  const SwaggerUIBundle = (options: { plugins: typeof plugins }): void => void ({ plugins } = options);
  const href = `${app.origin}/docs`;
  runInNewContext(script, { SwaggerUIBundle, URL, crypto: webcrypto, window: { location: { href } } });
  const { updateJsonSpec } = plugins[1]!({}).statePlugins.spec.wrapActions;
  return JSON.parse(JSON.stringify(updateJsonSpec((spec: object) => spec)(apiDocument)));
}

describe('the examples of the API document, as Swagger UI shows them', () => {
  let progress: Progress;
  let document: any;
  const answers = new Map<string, Answer>();
  const sent = new Map<string, any>();

  /** The body as the page has it. */
  const exampleOf = ({ path, method }: Operation): any =>
    document.paths[path][method.toLowerCase()].requestBody.content['application/json'].example;

  const call = async (id: string): Promise<Answer> => {
    const step = steps[id]!;
    const operation = withBody.find((each) => each.id === id)!;
    const body = { ...exampleOf(operation), ...step.ids?.(progress) };
    sent.set(id, body);
    const path = fill(operation.path, step.path?.(progress.ids) ?? {});
    const answer = await (step.as?.(progress) ?? progress.api).send(operation.method, path, body);
    step.keep?.(answer.body, progress);
    return answer;
  };

  beforeAll(async () => {
    const app = await TestApp.start({ env: { SIGN_UP: 'closed' } });
    progress = { app, api: app.anyone, key: app.anyone, member: null!, ids: {} };
    document = await shownBy(app);
    const { ids } = progress;
    for (const { id } of inOrder(document)) {
      if (/Incident/.test(id) && !ids['incident'])
        ids['incident'] = await givenIncident(app, ids['team']!, ids['rule']!, ids['monitor']!);
      if (id === 'changeRole') {
        progress.member = await app.given.member({ teamId: ids['team']! }, 'member');
        ids['member'] = progress.member.id;
      }
      if (id === 'transferOwnership') {
        for (const each of ['createApiKey', 'updateApiKey', 'rotateCurrentApiKey', 'rotateApiKey'])
          answers.set(`${each} after updateTeam`, await call(each));
      }
      answers.set(id, await call(id));
      if (id === 'createApiKey') answers.set('with the key', await progress.key.get('/v1/monitors'));
    }
  });
  afterAll(() => progress.app.stop());

  it('are all tried here', () => {
    expect(Object.keys(steps).toSorted()).toEqual(withBody.map(({ id }) => id).toSorted());
  });

  it.each(withBody.map(({ id }) => id))('%s works as it stands', (id) => {
    const { status, text } = answers.get(id)!;
    expect([status < 300, text]).toEqual([true, expect.any(String)]);
  });

  it('of keys work after those of the team', () => {
    const after = [...answers].filter(([id]) => id.endsWith(' after updateTeam'));
    expect(after.map(([, { status }]) => status)).toEqual([201, 200, 200, 200]);
  });

  it('make a key that works from here', () => {
    expect(answers.get('with the key')!.status).toBe(200);
  });

  it('make a webhook whose secret nobody else has read', () => {
    expect(sent.get('createNotificationChannel')).not.toHaveProperty('secret');
    expect(answers.get('createNotificationChannel')!.body.secret).toMatch(/^whsec_/);
  });

  it('leave nothing out but the ids that an operation is about', () => {
    const own = Object.entries(steps).flatMap(([id, step]) =>
      Object.keys(step.ids?.(progress) ?? {}).map((member) => `${id}.${member}`),
    );
    expect(own.toSorted()).toEqual(['switchTeam.teamId', 'transferOwnership.userId']);
  });

  describe('of changes', () => {
    let ada: Person;
    beforeAll(async () => {
      ada = await progress.app.given.owner();
    });

    const change = (id: string, name: string) => {
      const operation = withBody.find((each) => each.id === id)!;
      return ada.api.send('PATCH', fill(operation.path, { id: name }), exampleOf(operation));
    };

    it.each([
      { type: 'email', address: 'on-call@example.com' },
      { type: 'slack', webhookUrl: 'https://hooks.slack.com/services/T0001/B0001/x7Kq' },
      { type: 'webhook', url: 'https://hooks.example.com/pulse' },
    ])('work on a channel of type $type', async (config) => {
      const { body } = await ada.api.post('/v1/notification-channels', { name: config.type, config });
      expect((await change('updateNotificationChannel', body.id)).status).toBe(200);
      await ada.api.delete(`/v1/notification-channels/${body.id}`);
    });

    it('work on a monitor without headers', async () => {
      const { body } = await ada.api.post('/v1/monitors', { name: 'Home', url: 'https://example.com/' });
      expect((await change('updateMonitor', body.id)).status).toBe(200);
    });
  });
});
