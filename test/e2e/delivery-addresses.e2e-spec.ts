import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import { drain, Outgoing } from '../outgoing.js';
import { OneAddressNameServer } from '../name-server.js';
import { Receiver } from '../receiver.js';

let app: TestApp;
let names: OneAddressNameServer;
let receiver: Receiver;
beforeAll(async () => {
  names = await OneAddressNameServer.start();
  receiver = await Receiver.start();
  app = await TestApp.start({ env: { EGRESS_ALLOW: '127.0.0.0/8', DNS_SERVERS: names.server } });
});
afterAll(async () => {
  await app.stop();
  await receiver.stop();
  await names.stop();
});

describe('a name that resolves to another address than when the channel was created', () => {
  it('is judged again at each delivery, and told as one code without the address', async () => {
    const outgoing = await Outgoing.to(
      app,
      await app.given.owner(),
      `http://hooks.example.com:${receiver.port}/`,
    );
    await outgoing.announce();
    await drain(app);
    expect(receiver.received).toHaveLength(1);

    names.address = '10.0.0.7';
    await outgoing.announce();
    await drain(app);

    const refused = await outgoing.last();
    expect(refused).toMatchObject({ status: 'pending', attempts: 1, lastStatusCode: null });
    expect(refused.lastError).toBe('The host has an address that may not be reached from here.');
    expect(JSON.stringify(refused)).not.toContain('10.0.0.7');
    expect(receiver.received).toHaveLength(1);
  });
});
