import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Clock } from '../../src/common/clock.js';
import { ProcessRole } from '../../src/config/process-role.js';
import { RetentionJobs } from '../../src/database/retention-jobs.js';
import { Transactions } from '../../src/database/transactions.js';
import { ChannelDeactivation } from '../../src/notifications/channels/channel-deactivation.js';
import { DeliveriesService } from '../../src/notifications/deliveries/deliveries.service.js';
import { DeliveryQueue } from '../../src/notifications/deliveries/delivery-queue.js';
import { AttemptRecorder } from '../../src/notifications/deliveries/attempt-recorder.js';
import { DeliveryStatistics } from '../../src/notifications/deliveries/delivery-statistics.js';
import { DeliveryWorker } from '../../src/notifications/deliveries/delivery-worker.js';
import { HttpClient } from '../../src/notifications/senders/http-client.js';
import { ChannelInactive, DeliveryNotReplayable } from '../../src/notifications/notifications.problems.js';
import { Outbox } from '../../src/notifications/deliveries/outbox.js';
import { NotificationSender } from '../../src/notifications/senders/notification-sender.js';
import { NotFound } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { eventually } from '../eventually.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import { incident } from '../incident-message.js';
import { attemptNext, drain, Outgoing } from '../outgoing.js';
import { Receiver } from '../receiver.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

let app: TestApp;
let ada: Person;
let receiver: Receiver;
let outgoing: Outgoing;
beforeAll(async () => {
  app = await TestApp.start({ env: { EGRESS_ALLOW: '127.0.0.0/8' } });
  ada = await app.given.owner();
});
afterAll(() => app.stop());
beforeEach(async () => {
  receiver = await Receiver.start();
  ada = await app.given.owner();
  outgoing = await Outgoing.to(app, ada, receiver.url);
});
afterEach(() => receiver.stop());

const statuses = async (): Promise<string[]> => (await outgoing.deliveries()).map(({ status }) => status);

const idsOf = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id']);

describe('a message to a webhook', () => {
  it('is what Standard Webhooks say, and verifies with their library', async () => {
    await outgoing.announce();
    await drain(app);

    const [{ body, headers, path }] = receiver.received as [Receiver['received'][0]];
    expect(path).toBe('/hook');
    expect(headers['content-type']).toBe('application/json');
    expect(new Webhook(outgoing.secret).verify(body, headers as Record<string, string>)).toEqual({
      type: 'incident.created',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: incident,
    });
    expect(body).toBe(JSON.stringify(JSON.parse(body)));
    expect(await outgoing.last()).toMatchObject({
      id: expect.stringMatching(/^dlv_/),
      channelId: outgoing.id,
      type: 'incident.created',
      status: 'delivered',
      attempts: 1,
      nextAttemptAt: null,
      lastError: null,
      lastStatusCode: 204,
      webhookId: headers['webhook-id'],
      deliveredAt: expect.any(String),
    });
  });

  it('is signed with both secrets for a day after a rotation, then with the new one', async () => {
    const { body } = await ada.api.post(`${outgoing.path}/rotate-secret`);
    const verifies = async (secret: string): Promise<boolean> => {
      await outgoing.announce();
      await drain(app);
      const last = receiver.received.at(-1)!;
      try {
        new Webhook(secret).verify(last.body, last.headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    };
    expect([await verifies(outgoing.secret), await verifies(body.secret)]).toEqual([true, true]);
    app.clock.advance(DAY);
    expect([await verifies(outgoing.secret), await verifies(body.secret)]).toEqual([false, true]);
  });

  it('is not recorded for an inactive channel', async () => {
    await ada.api.patch(outgoing.path, { active: false });
    await outgoing.announce();
    expect(await outgoing.deliveries()).toEqual([]);
  });

  it('is sent at once also where it tells of what happened before the clock was set back', async () => {
    const at = new Date(app.clock.now().getTime() + HOUR);
    await outgoing.announce('incident.created', undefined, at);
    await drain(app);
    expect(await statuses()).toEqual(['delivered']);
  });

  it('is not sent where what it tells of was undone', async () => {
    const change = app.get(Transactions).run(async (tx) => {
      const announcement = {
        teamId: ada.teamId,
        channelIds: [outgoing.id],
        incidentId: 'inc_1',
        type: 'incident.created' as const,
        payload: incident,
        at: app.clock.now(),
      };
      expect(await app.get(Outbox).enqueue(tx, announcement)).toHaveLength(1);
      throw new Error('undone');
    });
    await expect(change).rejects.toThrow('undone');
    await drain(app);
    expect([await outgoing.deliveries(), receiver.received]).toEqual([[], []]);
  });
});

describe('a delivery that fails', () => {
  it('is tried again under the same id', async () => {
    receiver.replies.push(500);
    await outgoing.announce();
    await drain(app);
    const failed = await outgoing.last();
    expect(failed).toMatchObject({
      status: 'pending',
      attempts: 1,
      lastError: 'The receiver answered 500.',
      lastStatusCode: 500,
    });

    await attemptNext(app, failed);

    expect(await outgoing.last()).toMatchObject({ status: 'delivered', attempts: 2, lastError: null });
    expect(idsOf(receiver)).toEqual([failed.webhookId, failed.webhookId]);
  });

  it('is not tried before its time', async () => {
    receiver.reply = 500;
    await outgoing.announce();
    await drain(app);
    await drain(app);
    expect(receiver.received).toHaveLength(1);
    const { nextAttemptAt } = await outgoing.last();
    const wait = Date.parse(nextAttemptAt) - app.clock.now().getTime();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(6_000);
  });

  it('waits as long as the receiver asks for', async () => {
    receiver.replies.push((response) => response.writeHead(429, { 'retry-after': '600' }).end());
    const before = app.clock.now().getTime();
    await outgoing.announce();
    await drain(app);
    const { nextAttemptAt, lastStatusCode } = await outgoing.last();
    expect(lastStatusCode).toBe(429);
    expect(Date.parse(nextAttemptAt) - before).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(Date.parse(nextAttemptAt) - before).toBeLessThan(11 * MINUTE);
  });

  it('fails when it is redirected, and does not go there', async () => {
    const elsewhere = await Receiver.start();
    receiver.reply = (response) => response.writeHead(307, { location: elsewhere.url }).end();
    await outgoing.announce();
    await drain(app);
    expect(await outgoing.last()).toMatchObject({
      status: 'pending',
      lastError: 'The receiver answered 307, and redirections are not followed.',
    });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.stop();
  });

  it('fails when nobody answers', async () => {
    const http = app.get(HttpClient);
    const exchange = http.exchange.bind(http);
    http.exchange = (request) => exchange({ ...request, timeoutMs: 200 });
    receiver.reply = () => {};
    await outgoing.announce();
    await drain(app);
    http.exchange = exchange;
    expect(await outgoing.last()).toMatchObject({
      status: 'pending',
      lastStatusCode: null,
      lastError: 'No response came in time.',
    });
  });

  it('is dead after the seventh attempt, a good seven hours later, and not tried any more', async () => {
    receiver.reply = 503;
    const began = app.clock.now().getTime();
    await outgoing.announce();
    await drain(app);
    for (let delivery = await outgoing.last(); delivery.nextAttemptAt; delivery = await outgoing.last())
      await attemptNext(app, delivery);

    expect(await outgoing.last()).toMatchObject({
      status: 'dead',
      attempts: 7,
      nextAttemptAt: null,
      lastError: 'The receiver answered 503.',
    });
    const hours = (app.clock.now().getTime() - began) / HOUR;
    expect(hours).toBeGreaterThan(5.7);
    expect(hours).toBeLessThan(8.7);
    app.clock.advance(DAY);
    await drain(app);
    expect(new Set(idsOf(receiver)).size).toBe(1);
    expect(receiver.received).toHaveLength(7);
  });

  it('is sent again when the process died after it was sent, once its claim has ended', async () => {
    await outgoing.announce();
    const room = { total: 10, of: () => 10, full: [] };
    const [claimed] = await app.get(DeliveryQueue).claim('webhook', room);

    await drain(app);
    expect(receiver.received).toEqual([]);
    app.clock.advance(MINUTE);
    await drain(app);

    expect(idsOf(receiver)).toEqual([claimed!.delivery.webhookId]);
    expect(await outgoing.last()).toMatchObject({ status: 'delivered', attempts: 2 });
  });
});

describe('a receiver that is gone', () => {
  it('gets nothing more: its channel is inactive, and what waited is cancelled', async () => {
    receiver.reply = 410;
    for (let i = 0; i < 5; i += 1) await outgoing.announce();
    await drain(app);

    expect(await outgoing.channel()).toMatchObject({ active: false, disabledReason: 'receiver-gone' });
    expect(receiver.received.length).toBeLessThanOrEqual(2);
    const all = new Set(await statuses());
    expect(all).toEqual(new Set(['dead', 'cancelled']));
    const events = await app.given.log(ada, '&action=channel.disabled');
    expect(events).toMatchObject([{ actor: { type: 'system' }, target: { id: outgoing.id } }]);
  });

  it('leaves the channel alone that was given another receiver meanwhile', async () => {
    const asked = new Promise<ServerResponse>((resolve) => receiver.replies.push(resolve));
    await outgoing.announce();
    const drained = drain(app);
    const response = await asked;
    const url = 'https://hooks.example.com/elsewhere';
    await ada.api.patch(outgoing.path, { config: { type: 'webhook', url } });
    response.writeHead(410).end();
    await drained;
    expect(await outgoing.channel()).toMatchObject({ active: true, disabledReason: null, config: { url } });
  });

  it('gets more when a caller makes the channel active again', async () => {
    receiver.replies.push(410);
    await outgoing.announce();
    await drain(app);
    const { body } = await ada.api.patch(outgoing.path, { active: true });
    expect(body).toMatchObject({ active: true, disabledReason: null });
    await outgoing.announce();
    await drain(app);
    expect(receiver.received).toHaveLength(2);
  });
});

describe('the order of what is told', () => {
  /** The next request is answered by hand. */
  const nextResponse = (): Promise<ServerResponse> =>
    new Promise((resolve) => receiver.replies.push((response) => resolve(response)));

  it('is kept: an incident ends after it began, also while that is being sent', async () => {
    const opening = nextResponse();
    const incidentId = await outgoing.announce('incident.created');
    const drained = drain(app);
    const response = await opening;
    await outgoing.announce('incident.resolved', incidentId);
    await app.get(DeliveryQueue).claim('webhook', { total: 10, of: () => 10, full: [] });
    expect(receiver.messages.map(({ type }) => type)).toEqual(['incident.created']);
    response.writeHead(204).end();
    await drained;
    expect(receiver.messages.map(({ type }) => type)).toEqual(['incident.created', 'incident.resolved']);
  });

  it('does not hold up another incident of the channel', async () => {
    receiver.replies.push(500);
    await outgoing.announce();
    await drain(app);
    await outgoing.announce();
    await drain(app);
    expect((await statuses()).toSorted()).toEqual(['delivered', 'pending']);
  });

  it('ends with the newest: what waits to be tried again is dropped for it, and it goes at once', async () => {
    receiver.replies.push(500, 500);
    const incidentId = await outgoing.announce('incident.created');
    await drain(app);
    await outgoing.announce('incident.resolved', incidentId);
    await drain(app);
    await outgoing.announce('incident.reopened', incidentId);
    await drain(app);
    expect(receiver.messages.map(({ type }) => type)).toEqual([
      'incident.created',
      'incident.resolved',
      'incident.reopened',
    ]);
    expect(await outgoing.deliveries()).toMatchObject([
      { type: 'incident.reopened', status: 'delivered' },
      { type: 'incident.resolved', status: 'cancelled', lastError: 'A newer message took its place.' },
      { type: 'incident.created', status: 'cancelled', attempts: 1 },
    ]);
    app.clock.advance(DAY);
    await drain(app);
    expect(receiver.received).toHaveLength(3);
  });

  it('ends with the newest, also where the one before fails while it is recorded', async () => {
    const opening = nextResponse();
    const incidentId = await outgoing.announce('incident.created');
    const drained = drain(app);
    const response = await opening;
    await outgoing.announce('incident.resolved', incidentId);
    response.writeHead(500).end();
    await drained;
    await drain(app);
    expect(receiver.messages.map(({ type }) => type)).toEqual(['incident.created', 'incident.resolved']);
    expect(await outgoing.deliveries()).toMatchObject([
      { status: 'delivered' },
      { status: 'cancelled', lastError: 'A newer message took its place.' },
    ]);
  });

  it('ends with the newest, also where whoever was sending the one before died', async () => {
    const incidentId = await outgoing.announce('incident.created');
    await app.get(DeliveryQueue).claim('webhook', { total: 10, of: () => 10, full: [] });
    await outgoing.announce('incident.resolved', incidentId);
    await drain(app);
    expect(receiver.received).toEqual([]);
    app.clock.advance(MINUTE);
    await drain(app);
    expect(receiver.messages.map(({ type }) => type)).toEqual(['incident.resolved']);
  });

  it('is not changed by sending an older one again', async () => {
    const incidentId = await outgoing.announce('incident.created');
    await drain(app);
    await outgoing.announce('incident.resolved', incidentId);
    await drain(app);
    const [newest, older] = await outgoing.deliveries();
    expectProblem(
      await ada.api.post(`${outgoing.path}/deliveries/${older.id}/replay`),
      DeliveryNotReplayable,
    );
    expect((await ada.api.post(`${outgoing.path}/deliveries/${newest.id}/replay`)).status).toBe(202);
  });

  it('is known of each incident, for its timeline', async () => {
    const incidentId = await outgoing.announce('incident.created');
    await outgoing.announce('incident.resolved', incidentId);
    await outgoing.announce();
    const told = await app.get(DeliveriesService).ofIncident(ada.teamId, incidentId);
    expect(told.map(({ type, createdAt }) => [type, typeof createdAt])).toEqual([
      ['incident.created', 'number'],
      ['incident.resolved', 'number'],
    ]);
    expect(await app.get(DeliveriesService).ofIncident('team_of_others', incidentId)).toEqual([]);
  });
});

describe('a receiver that is slow', () => {
  it('delays no other channel', async () => {
    const hanging: ServerResponse[] = [];
    receiver.reply = (response) => void hanging.push(response);
    const fast = await Receiver.start();
    const toFast = await Outgoing.to(app, ada, fast.url);
    for (let i = 0; i < 30; i += 1) await outgoing.announce();
    for (let i = 0; i < 5; i += 1) await toFast.announce();

    const drained = drain(app);
    await eventually(async () => fast.received.length === 5);
    const atOnce = receiver.received.length;
    receiver.reply = 204;
    for (const response of hanging) response.writeHead(204).end();
    await drained;

    expect(atOnce).toBeLessThanOrEqual(2);
    expect(receiver.received).toHaveLength(30);
    await fast.stop();
  });
});

describe('two workers on one database', () => {
  it('send each delivery once', async () => {
    const other = new DeliveryWorker(
      app.get(ProcessRole),
      app.get(DeliveryQueue),
      app.get(AttemptRecorder),
      app.get(Clock),
      app.get(NotificationSender),
      app.get(ChannelDeactivation),
    );
    const more = await Outgoing.to(app, ada, receiver.url);
    await Promise.all(Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? outgoing : more).announce()));

    await Promise.all([drain(app), other.drain()]);

    expect(new Set(idsOf(receiver)).size).toBe(120);
    expect(receiver.received.length).toBe(120);
    expect(await outgoing.deliveries('&status=delivered')).toHaveLength(60);
  });
});

describe('POST /v1/notification-channels/{id}/test', () => {
  it('sends a message that says it is a test', async () => {
    const { status, body } = await ada.api.post(`${outgoing.path}/test`);
    expect(status).toBe(202);
    expect(body).toMatchObject({ type: 'channel.test', status: 'pending', incidentId: null, attempts: 0 });
    await drain(app);
    const { name } = await outgoing.channel();
    expect(receiver.messages).toEqual([
      {
        type: 'channel.test',
        timestamp: body.createdAt,
        data: {
          channel: { id: outgoing.id, name },
          team: { id: ada.teamId, name: "Ada Lovelace's team" },
        },
      },
    ]);
    expect(await outgoing.last()).toMatchObject({ id: body.id, status: 'delivered' });
  });

  it('is of no use on an inactive channel', async () => {
    await ada.api.patch(outgoing.path, { active: false });
    expectProblem(await ada.api.post(`${outgoing.path}/test`), ChannelInactive);
  });
});

describe('GET /v1/notification-channels/{id}/deliveries', () => {
  it('lists the newest first, page by page, and by status', async () => {
    receiver.replies.push(500);
    for (let i = 0; i < 3; i += 1) {
      await outgoing.announce();
      await drain(app);
    }
    const { data, nextCursor } = (await ada.api.get(`${outgoing.path}/deliveries?limit=2`)).body;
    const rest = await ada.api.get(`${outgoing.path}/deliveries?limit=2&cursor=${nextCursor}`);
    expect([...data, ...rest.body.data].map(({ status }: any) => status)).toEqual([
      'delivered',
      'delivered',
      'pending',
    ]);
    expect(await outgoing.deliveries('&status=pending')).toHaveLength(1);
    expect(await outgoing.deliveries('&status=dead')).toEqual([]);
  });
});

describe('POST /v1/notification-channels/{id}/deliveries/{deliveryId}/replay', () => {
  const replay = ({ id }: { id: string }) => ada.api.post(`${outgoing.path}/deliveries/${id}/replay`);

  it('sends what is dead once more, with all attempts, under the same id', async () => {
    receiver.reply = 410;
    await outgoing.announce();
    await drain(app);
    await ada.api.patch(outgoing.path, { active: true });
    const dead = await outgoing.last();
    receiver.reply = 204;

    const { status, body } = await replay(dead);
    await drain(app);

    expect([status, body.status, body.attempts]).toEqual([202, 'pending', 0]);
    expect(idsOf(receiver)).toEqual([dead.webhookId, dead.webhookId]);
    expect(await outgoing.last()).toMatchObject({ status: 'delivered', attempts: 1 });
    const [event] = await app.given.log(ada, '&action=delivery.replayed');
    expect(event).toMatchObject({
      target: { type: 'delivery', id: dead.id },
      changes: [{ field: 'status', from: 'dead', to: 'pending' }],
    });
  });

  it('sends what was delivered once more', async () => {
    await outgoing.announce();
    await drain(app);
    await replay(await outgoing.last());
    await drain(app);
    expect(receiver.received).toHaveLength(2);
  });

  it('refuses what will be sent anyway, and what was cancelled', async () => {
    await outgoing.announce();
    const pending = await outgoing.last();
    expectProblem(await replay(pending), DeliveryNotReplayable);
    await ada.api.patch(outgoing.path, { active: false });
    expectProblem(await replay(pending), ChannelInactive);
    await ada.api.patch(outgoing.path, { active: true });
    expectProblem(await replay(pending), DeliveryNotReplayable);
  });

  it('knows no delivery of another channel', async () => {
    await outgoing.announce();
    await drain(app);
    const foreign = await outgoing.last();
    outgoing = await Outgoing.to(app, ada, receiver.url);
    expectProblem(await replay(foreign), NotFound);
  });
});

describe('what waits to be sent to a channel', () => {
  it('is cancelled when the channel is made inactive', async () => {
    await outgoing.announce();
    await ada.api.patch(outgoing.path, { active: false });
    await drain(app);
    expect(await outgoing.last()).toMatchObject({
      status: 'cancelled',
      nextAttemptAt: null,
      lastError: 'The channel was made inactive.',
    });
    expect(receiver.received).toEqual([]);
  });

  it('is cancelled when the channel is deleted, and stays known', async () => {
    const incidentId = await outgoing.announce();
    await ada.api.delete(outgoing.path);
    await drain(app);
    const told = await app.get(DeliveriesService).ofIncident(ada.teamId, incidentId);
    expect(told).toMatchObject([{ status: 'cancelled', lastError: 'The channel was deleted.' }]);
    expect(receiver.received).toEqual([]);
  });

  it('is cancelled when it was recorded while the channel went', async () => {
    const incidentId = await outgoing.announce();
    await app.get(DeliveryQueue).claim('webhook', { total: 1, of: () => 1, full: [] });
    await ada.api.delete(outgoing.path);
    const [recorded] = await app.get(DeliveriesService).ofIncident(ada.teamId, incidentId);
    await app.dataSource.transaction((manager) =>
      manager.query("UPDATE deliveries SET status = 'pending', nextAttemptAt = ? WHERE seq = ?", [
        app.clock.now().getTime(),
        recorded!.seq,
      ]),
    );
    await drain(app);
    const told = await app.get(DeliveriesService).ofIncident(ada.teamId, incidentId);
    expect(told).toMatchObject([
      { status: 'cancelled', lastError: 'The channel is inactive or was deleted.' },
    ]);
  });
});

describe('what is kept', () => {
  it('is forgotten after 90 days, unless it is still to be sent', async () => {
    await outgoing.announce();
    await drain(app);
    receiver.reply = 500;
    await outgoing.announce();
    await drain(app);
    app.clock.advance(91 * DAY);
    await app.get(RetentionJobs).run();
    const rows = await app.dataSource.query('SELECT status FROM deliveries WHERE channelId = ?', [
      outgoing.id,
    ]);
    expect(rows).toEqual([{ status: 'pending' }]);
  });
});

describe('the statistics of deliveries', () => {
  it('tell what came of attempts, and how long the first has waited', async () => {
    const statistics = app.get(DeliveryStatistics);
    await drain(app);
    const before = statistics.attempts;
    receiver.replies.push(500);
    await outgoing.announce();
    await drain(app);
    await outgoing.announce();
    await drain(app);
    const { delivered, retried, dead } = statistics.attempts;
    expect([delivered - before.delivered, retried - before.retried, dead - before.dead]).toEqual([1, 1, 0]);
    app.clock.advance(HOUR);
    expect(await statistics.overdueMs()).toBeGreaterThan(HOUR - 10_000);
    await drain(app);
  });
});
