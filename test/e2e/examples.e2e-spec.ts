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
  /** What of the body cannot be an example: passwords that are printed are refused, and some ids are what it is about. */
  readonly own?: (progress: Progress) => Record<string, string>;
  /** What is remembered of the answer. */
  readonly keep?: (answer: any, progress: Progress) => void;
}

const PASSWORD = 'violet otter on a bicycle 41';
const OTHER_PASSWORD = 'amber heron in a canoe 73';

const signIn = ({ token }: any, progress: Progress): void =>
  void (progress.api = progress.app.bearing(token));
const keepAs =
  (name: string) =>
  ({ id }: any, { ids }: Progress): void =>
    void (ids[name] = id);
const at =
  (name: string) =>
  (ids: Progress['ids']): Record<string, string> => ({ id: ids[name]! });

/** Every operation that has an example of its body, in the order of somebody who tries one after the other. */
const steps: Readonly<Record<string, Step>> = {
  signUp: {
    as: ({ app }) => app.anyone,
    own: () => ({ password: PASSWORD }),
    keep: (body, progress) => {
      signIn(body, progress);
      progress.ids['team'] = body.team.id;
    },
  },
  signIn: { as: ({ app }) => app.anyone, own: () => ({ password: PASSWORD }), keep: signIn },
  updateAccount: {},
  changePassword: { own: () => ({ currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }), keep: signIn },
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
  createTeam: { keep: keepAs('secondTeam') },
  switchTeam: { own: ({ ids }) => ({ teamId: ids['team']! }) },
  transferOwnership: { own: ({ member }) => ({ userId: member.id }) },
};

const withBody = operations.filter(({ body }) => body !== null);

/** The body as the document has it. */
const exampleOf = ({ path, method }: Operation): any =>
  (apiDocument as any).paths[path][method.toLowerCase()].requestBody.content['application/json'].example;

describe('the examples of the API document', () => {
  let progress: Progress;
  const answers = new Map<string, Answer>();
  const sent = new Map<string, any>();

  beforeAll(async () => {
    const app = await TestApp.start({ env: { SIGN_UP: 'closed' } });
    progress = { app, api: app.anyone, key: app.anyone, member: null!, ids: {} };
    for (const [id, step] of Object.entries(steps)) {
      const operation = withBody.find((each) => each.id === id)!;
      const { ids } = progress;
      if (id === 'addIncidentNote')
        ids['incident'] = await givenIncident(app, ids['team']!, ids['rule']!, ids['monitor']!);
      if (id === 'changeRole') {
        progress.member = await app.given.member({ teamId: ids['team']! }, 'member');
        ids['member'] = progress.member.id;
      }
      const body = { ...exampleOf(operation), ...step.own?.(progress) };
      const path = fill(operation.path, step.path?.(ids) ?? {});
      const api = step.as?.(progress) ?? progress.api;
      const answer = await api.send(operation.method, path, body);
      sent.set(id, body);
      answers.set(id, answer);
      step.keep?.(answer.body, progress);
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

  it('make a key that works from here', () => {
    expect(answers.get('with the key')!.status).toBe(200);
  });

  it('make a webhook whose secret nobody else has read', () => {
    expect(sent.get('createNotificationChannel')).not.toHaveProperty('secret');
    expect(answers.get('createNotificationChannel')!.body.secret).toMatch(/^whsec_/);
  });

  it('leave nothing out but passwords and the ids that an operation is about', () => {
    const own = Object.entries(steps).flatMap(([id, step]) =>
      Object.keys(step.own?.(progress) ?? {}).map((member) => `${id}.${member}`),
    );
    expect(own.toSorted()).toEqual([
      'changePassword.currentPassword',
      'changePassword.newPassword',
      'signIn.password',
      'signUp.password',
      'switchTeam.teamId',
      'transferOwnership.userId',
    ]);
  });
});
