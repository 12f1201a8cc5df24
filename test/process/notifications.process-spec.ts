import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import type { HttpClient } from '../http-client.js';
import { Receiver } from '../receiver.js';
import { TestServer } from '../server.js';

let server: TestServer;
let receiver: Receiver;
let token: string;
let channel: string;
beforeEach(async () => {
  receiver = await Receiver.start();
  server = await TestServer.start({ env: { EGRESS_ALLOW: '127.0.0.0/8' } });
  token = await server.signUp();
  const config = { type: 'webhook', url: receiver.url };
  const { body } = await ada().post('/v1/notification-channels', { name: 'Hook', config });
  channel = `/v1/notification-channels/${body.id}`;
});
afterEach(async () => {
  await server.stop();
  await receiver.stop();
});

const ada = (): HttpClient => server.bearing(token);
const test = () => ada().post(`${channel}/test`);
/** Whether the server accepts no more. */
const isClosed = (): Promise<boolean> =>
  server.anyone.get('/health/live').then(
    () => false,
    () => true,
  );
const last = async (): Promise<any> => (await ada().get(`${channel}/deliveries`)).body.data[0];

describe('a server', () => {
  it('sends what was recorded by itself', async () => {
    await test();
    await eventually(async () => (await last()).status === 'delivered');
    expect(receiver.messages).toMatchObject([{ type: 'channel.test' }]);
  });

  it('goes on with what was not delivered after it was killed', async () => {
    receiver.replies.push(500);
    await test();
    await eventually(async () => (await last())?.lastStatusCode === 500);
    await server.kill();
    await server.startAgain();
    await eventually(async () => (await last()).status === 'delivered', 20_000);
    const [first, second] = receiver.received;
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.body).toBe(first!.body);
  });

  it('finishes what it is sending before it stops', async () => {
    let answer = (): void => {};
    receiver.replies.push((response) => void (answer = () => response.writeHead(204).end()));
    await test();
    await eventually(async () => receiver.received.length === 1);
    const exit = server.terminate();
    await eventually(isClosed);
    answer();
    expect(await exit).toBe(0);
    await server.startAgain();
    expect(await last()).toMatchObject({ status: 'delivered', attempts: 1 });
  });
});
