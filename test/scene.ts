import type { TestApp } from './app.js';
import type { Key, Person } from './given.js';
import type { HttpClient } from './http-client.js';

/** A team with one thing of every kind in it. */
export interface Scene {
  readonly anyone: HttpClient;
  readonly owner: Person;
  readonly member: Person;
  /** The owner's, which may read monitors. */
  readonly key: Key;
  readonly projectId: string;
  readonly emptyProjectId: string;
  readonly monitorId: string;
  readonly pausedMonitorId: string;
  readonly eventId: string;
  /** The session of the owner. */
  readonly sessionId: string;
  /** Another team of the owner. */
  readonly secondTeamId: string;
}

export async function newScene(app: TestApp): Promise<Scene> {
  const owner = await app.given.owner();
  const made = async (path: string, body: object): Promise<string> =>
    (await owner.api.post(path, body)).body.id;
  const first = async (path: string): Promise<string> => (await owner.api.get(path)).body.data[0].id;
  const monitor = { url: 'https://api.example.com/health' };
  return {
    anyone: app.anyone,
    owner,
    member: await app.given.member(owner, 'member'),
    key: await app.given.key(owner, ['monitors:read']),
    projectId: await made('/v1/projects', { name: 'Checkout' }),
    emptyProjectId: await made('/v1/projects', { name: 'Empty' }),
    monitorId: await made('/v1/monitors', { name: 'Checkout', ...monitor }),
    pausedMonitorId: await made('/v1/monitors', { name: 'Paused', active: false, ...monitor }),
    eventId: await first('/v1/audit-events'),
    sessionId: await first('/v1/auth/sessions'),
    secondTeamId: await made('/v1/teams', { name: 'Second' }),
  };
}
