import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectToOne } from '../../src/egress/connection.js';
import { Trace } from '../../src/egress/trace.js';
import { DeafListener } from './deaf-listener.js';
import { ask, egressWith } from './egress.js';
import { Listeners } from './listeners.js';
import { NameServer } from './name-server.js';

const DEAF = '127.0.0.2';

const listeners = new Listeners();
let deaf: DeafListener;
let names: NameServer;
beforeAll(async () => {
  deaf = await DeafListener.start(DEAF);
});
afterAll(() => deaf.stop());
beforeEach(async () => {
  names = await NameServer.start();
});
afterEach(() => {
  listeners.close();
  names.stop();
});

const ok = (host: string) => listeners.http((_, response) => response.end('ok'), host, deaf.port);

/** A request to a name that has `addresses`. */
function askOneOf(addresses: readonly string[], timeoutMs?: number) {
  names.set('many.test', addresses);
  const egress = egressWith({ servers: [names.address] });
  return ask(`http://many.test:${deaf.port}/`, { egress, ...(timeoutMs && { timeoutMs }) });
}

describe('a connection to one of several addresses', () => {
  it('is made within a second where the first address is dead', async () => {
    await ok('127.0.0.3');
    const { phases, ...found } = await askOneOf([DEAF, '127.0.0.3'], 1_000);
    expect(found).toMatchObject({ failure: null, address: '127.0.0.3' });
    // It takes as long as a client waits for it: RFC 8305 has the next attempt begin after 250 ms.
    expect(phases.connect).toBeGreaterThanOrEqual(249_000);
  });

  it('is made where the first four refuse and the fifth lives', async () => {
    await ok('127.0.0.7');
    const refusing = ['127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'];
    const found = await askOneOf([...refusing, '127.0.0.7']);
    expect(found).toMatchObject({ failure: null, address: '127.0.0.7' });
  });

  it('is made where dead and refusing ones come first, in whichever order', async () => {
    await ok('127.0.0.7');
    for (const first of [
      [DEAF, '127.0.0.3', DEAF],
      ['127.0.0.3', DEAF, '127.0.0.4'],
    ])
      expect(await askOneOf([...first, '127.0.0.7'])).toMatchObject({ failure: null, address: '127.0.0.7' });
  });

  it('is refused at once where all refuse', async () => {
    const found = await askOneOf(['127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6', '127.0.0.7']);
    expect(found).toMatchObject({
      failure: 'connection-refused',
      isInternalError: false,
      address: '127.0.0.3',
    });
    // One after the other, they would be waited for for a second.
    expect(found.phases.total).toBeLessThan(1_000_000);
  });

  it('tries no more than sixteen', async () => {
    await ok('127.0.0.116');
    const refusing = Array.from({ length: 16 }, (_, at) => `127.0.0.${100 + at}`);
    expect(await askOneOf([...refusing, '127.0.0.116'])).toMatchObject({ failure: 'connection-refused' });
  });

  it('is waited for for five seconds, long before the deadline', async () => {
    const found = await ask(`http://${DEAF}:${deaf.port}/`, { timeoutMs: 60_000 });
    expect(found).toMatchObject({
      failure: 'timeout',
      detail: 'The connection was not accepted in time.',
      isInternalError: false,
      address: DEAF,
      phases: { connect: null },
    });
  });

  it('is a timeout at the deadline of the request, with the address that was tried', async () => {
    expect(await askOneOf([DEAF], 200)).toMatchObject({
      failure: 'timeout',
      detail: 'The connection was not accepted in time.',
      address: DEAF,
    });
  });

  it.each([
    ['the silent one', [DEAF, '127.0.0.3']],
    ['the refusing one', ['127.0.0.3', DEAF]],
  ])(
    'is refused by the one that refuses, where the other is silent until the deadline: %s first',
    async (_, all) => {
      expect(await askOneOf(all, 600)).toMatchObject({
        failure: 'connection-refused',
        detail: 'The connection was refused.',
        isInternalError: false,
        address: '127.0.0.3',
      });
    },
  );

  it('is not attempted any more when the request is over', async () => {
    const other = await ok('127.0.0.3');
    const trace = new Trace();
    const connecting = connectToOne([DEAF, '127.0.0.3'], deaf.port, trace);
    trace.end();
    await expect(connecting).rejects.toMatchObject({ code: 'connection-reset' });
    expect(other.connections).toBe(0);
  });
});

describe('connectToOne()', () => {
  it('gives no connection that leads elsewhere than to what was judged', async () => {
    const inner = await listeners.silent();
    const trace = new Trace();
    // The system takes it for the loopback.
    const connecting = connectToOne(['0.0.0.0', '127.0.0.1'], inner.port, trace);
    await expect(connecting).rejects.toMatchObject({ code: 'address-not-allowed' });
    trace.end();
    expect(inner.received).toBe('');
  });
});
