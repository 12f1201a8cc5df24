import { Transactions } from '../src/database/transactions.js';
import { Delivery } from '../src/notifications/deliveries/delivery.entity.js';
import type { TestApp } from './app.js';
import type { Key, Person } from './given.js';
import type { HttpClient } from './http-client.js';
import { givenIncident } from './given-incidents.js';
import { HOUR } from './test-clock.js';

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
  readonly ruleId: string;
  /** Of a maintenance window that is upcoming. */
  readonly windowId: string;
  readonly activeWindowId: string;
  /** A webhook. */
  readonly channelId: string;
  /** To an e-mail address. */
  readonly unconfirmedChannelId: string;
  /** One to it that failed for good. */
  readonly deliveryId: string;
  /** Open. */
  readonly incidentId: string;
  readonly resolvedIncidentId: string;
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
  const monitorId = await made('/v1/monitors', { name: 'Checkout', ...monitor });
  const monitorIds = [monitorId];
  const inHours = (hours: number): string => new Date(app.clock.now().getTime() + hours * HOUR).toISOString();
  const channelId = await made('/v1/notification-channels', {
    name: 'On call',
    config: { type: 'webhook', url: 'https://hooks.example.com/pulse' },
  });
  const ruleId = await made('/v1/alert-rules', {
    name: 'Down',
    condition: 'check-failed',
    cooldownSeconds: 0,
    scope: 'monitors',
    monitorIds,
  });
  const resolvedIncidentId = await givenIncident(app, owner.teamId, ruleId, monitorId);
  await owner.api.post(`/v1/incidents/${resolvedIncidentId}/resolve`, {});
  return {
    anyone: app.anyone,
    owner,
    member: await app.given.member(owner, 'member'),
    key: await app.given.key(owner, ['monitors:read']),
    projectId: await made('/v1/projects', { name: 'Checkout' }),
    emptyProjectId: await made('/v1/projects', { name: 'Empty' }),
    monitorId,
    pausedMonitorId: await made('/v1/monitors', { name: 'Paused', active: false, ...monitor }),
    ruleId,
    windowId: await made('/v1/maintenance-windows', {
      title: 'Disks',
      startsAt: inHours(2),
      endsAt: inHours(3),
      monitorIds,
    }),
    activeWindowId: await made('/v1/maintenance-windows', {
      title: 'Network',
      startsAt: inHours(-1),
      endsAt: inHours(1),
      monitorIds,
    }),
    channelId,
    unconfirmedChannelId: await made('/v1/notification-channels', {
      name: 'Night',
      config: { type: 'email', address: 'night@example.com' },
    }),
    deliveryId: await deadDelivery(app, owner, channelId),
    incidentId: await givenIncident(app, owner.teamId, ruleId, monitorId),
    resolvedIncidentId,
    eventId: await first('/v1/audit-events'),
    sessionId: await first('/v1/auth/sessions'),
    secondTeamId: await made('/v1/teams', { name: 'Second' }),
  };
}

/** A delivery that failed for good. */
async function deadDelivery(app: TestApp, { api }: Person, channelId: string): Promise<string> {
  const { body } = await api.post(`/v1/notification-channels/${channelId}/test`);
  const dead = { status: 'dead' as const, attempts: 7, nextAttemptAt: null };
  await app.get(Transactions).run(({ manager }) => manager.update(Delivery, { id: body.id }, dead));
  return body.id;
}
