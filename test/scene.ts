import { Transactions } from '../src/database/transactions.js';
import { Delivery } from '../src/notifications/delivery.entity.js';
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
  /** A webhook. */
  readonly channelId: string;
  /** One to it that failed for good. */
  readonly deliveryId: string;
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
  const channelId = await made('/v1/notification-channels', {
    name: 'On call',
    config: { type: 'webhook', url: 'https://hooks.example.com/pulse' },
  });
  return {
    anyone: app.anyone,
    owner,
    member: await app.given.member(owner, 'member'),
    key: await app.given.key(owner, ['monitors:read']),
    projectId: await made('/v1/projects', { name: 'Checkout' }),
    emptyProjectId: await made('/v1/projects', { name: 'Empty' }),
    monitorId: await made('/v1/monitors', { name: 'Checkout', ...monitor }),
    pausedMonitorId: await made('/v1/monitors', { name: 'Paused', active: false, ...monitor }),
    channelId,
    deliveryId: await deadDelivery(app, owner, channelId),
    eventId: await first('/v1/audit-events'),
    sessionId: await first('/v1/auth/sessions'),
    secondTeamId: await made('/v1/teams', { name: 'Second' }),
  };
}

/** A delivery that failed for good. */
async function deadDelivery(app: TestApp, { api }: Person, channelId: string): Promise<string> {
  const { body } = await api.post(`/v1/notification-channels/${channelId}/test`);
  const dead = { status: 'dead' as const, attempts: 7, nextAttemptAt: null };
  await app.get(Transactions).run((manager) => manager.update(Delivery, { id: body.id }, dead));
  return body.id;
}
