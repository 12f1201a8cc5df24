import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ask, egressWith, type EgressOptions } from './egress.js';
import { Listeners } from './listeners.js';
import { NameServer } from './name-server.js';

const listeners = new Listeners();
let names: NameServer;
beforeEach(async () => {
  names = await NameServer.start();
});
afterEach(() => {
  listeners.close();
  names.stop();
});

const DENIED = {
  response: null,
  failure: 'address-not-allowed',
  detail: 'The host has an address that may not be reached from here.',
  isInternalError: false,
  address: null,
  certificate: null,
};

const egress = (options: EgressOptions = {}) =>
  egressWith({ allow: ['127.0.0.1/32'], servers: [names.address], hostsPath: '/nowhere', ...options });

const ok = (host = '127.0.0.1', port = 0) => listeners.http((_, response) => response.end('ok'), host, port);

describe('a request to an address that is not allowed', () => {
  it.each([
    ['plain', '127.0.0.2'],
    ['decimal', '2130706434'],
    ['octal', '0177.0.0.2'],
    ['hexadecimal', '0x7f000002'],
    ['hexadecimal in parts', '0x7f.0x0.0x0.0x2'],
    ['short', '127.2'],
    ['full-width', '１２７.０.０.２'],
    ['percent-encoded', '%31%32%37.0.0.2'],
    ['mapped', '[::ffff:127.0.0.2]'],
    ['mapped in hexadecimal', '[::ffff:7f00:2]'],
    ['compatible', '[::127.0.0.2]'],
    ['trailing dot', '127.0.0.2.'],
    ['trailing dots', '127.0.0.2..'],
    ['behind user info', 'example.com@127.0.0.2'],
  ])('reaches nobody, whatever its spelling: %s', async (_, host) => {
    const inner = await ok('127.0.0.2');
    const found = await ask(`http://${host}:${inner.port}/`, { egress: egress() });
    expect(found).toMatchObject(DENIED);
    expect(inner.connections).toBe(0);
  });

  it.each(['0.0.0.0', '0', '[::]', '[::ffff:0.0.0.0]'])('reaches nobody by %s', async (host) => {
    const inner = await ok();
    const open = egress({ allow: ['0.0.0.0/0', '::/0'] });
    expect(await ask(`http://${host}:${inner.port}/`, { egress: open })).toMatchObject(DENIED);
    expect(inner.connections).toBe(0);
  });

  it('reaches nobody by a name', async () => {
    const inner = await ok('127.0.0.2');
    names.set('inner.test', ['127.0.0.2']);
    const found = await ask(`http://inner.test:${inner.port}/`, { egress: egress() });
    expect(found).toMatchObject(DENIED);
    expect(inner.connections).toBe(0);
  });

  it.each([
    ['the first', ['127.0.0.2', '127.0.0.1']],
    ['the last', ['127.0.0.1', '127.0.0.2']],
    ['of the other family', ['127.0.0.1', '::1']],
  ])('reaches nobody by a name with addresses of both kinds: %s', async (_, addresses) => {
    const inner = await ok('127.0.0.2');
    const outer = await ok('127.0.0.1', inner.port);
    names.set('mixed.test', addresses);
    const found = await ask(`http://mixed.test:${inner.port}/`, { egress: egress() });
    expect(found).toMatchObject(DENIED);
    expect([inner.connections, outer.connections]).toEqual([0, 0]);
  });

  it('reaches nobody when a name changes its address between two requests', async () => {
    const inner = await ok('127.0.0.2');
    const outer = await ok('127.0.0.1', inner.port);
    names.set('rebound.test', (round) => (round === 0 ? ['127.0.0.1'] : ['127.0.0.2'])).ttl = 0;
    const shared = egress();
    const url = `http://rebound.test:${inner.port}/`;
    expect(await ask(url, { egress: shared })).toMatchObject({ failure: null, address: '127.0.0.1' });
    expect(await ask(url, { egress: shared })).toMatchObject(DENIED);
    expect([inner.connections, outer.connections]).toEqual([0, 1]);
  });

  it('resolves a name once, and connects to what was judged', async () => {
    const outer = await ok();
    names.set('rebound.test', (round) => (round === 0 ? ['127.0.0.1'] : ['127.0.0.2'])).ttl = 0;
    await ask(`http://rebound.test:${outer.port}/`, { egress: egress() });
    expect(names.asked.toSorted()).toEqual(['A rebound.test', 'AAAA rebound.test']);
    expect(outer.connections).toBe(1);
  });

  it('reaches nobody by a redirection, to an address or to a name', async () => {
    const inner = await ok('127.0.0.2');
    names.set('inner.test', ['127.0.0.2']);
    for (const host of ['127.0.0.2', '0x7f.2', '[::ffff:127.0.0.2]', 'inner.test']) {
      const outer = await listeners.http((_, response) => {
        response.writeHead(302, { Location: `http://${host}:${inner.port}/` }).end();
      });
      const found = await ask(`http://127.0.0.1:${outer.port}/`, { egress: egress() });
      expect(found).toMatchObject(DENIED);
      expect(outer.connections).toBe(1);
    }
    expect(inner.connections).toBe(0);
  });

  it('reaches nobody by a name that a search domain completes', async () => {
    const inner = await ok('127.0.0.2');
    const directory = mkdtempSync(join(tmpdir(), 'resolv-'));
    const searchPath = join(directory, 'resolv.conf');
    writeFileSync(searchPath, 'search inner.test');
    names.set('db.inner.test', ['127.0.0.2']).set('web.inner.test', ['127.0.0.1']);
    const outer = await ok('127.0.0.1', inner.port);
    const searching = egress({ searchPath });
    const [denied, allowed] = await Promise.all(
      ['db', 'web'].map((host) => ask(`http://${host}:${inner.port}/`, { egress: searching })),
    );
    rmSync(directory, { recursive: true });
    expect(denied).toMatchObject(DENIED);
    expect(allowed).toMatchObject({ failure: null, address: '127.0.0.1' });
    expect([inner.connections, outer.connections]).toEqual([0, 1]);
  });

  it('reaches nobody by localhost and the names below it', async () => {
    const inner = await ok();
    const closed = egress({ allow: [] });
    for (const host of ['localhost', 'LOCALHOST.', 'api.localhost'])
      expect(await ask(`http://${host}:${inner.port}/`, { egress: closed })).toMatchObject(DENIED);
    expect(inner.connections).toBe(0);
  });
});

describe('what belongs to the program', () => {
  it('is not reached on its own port, although the network is allowed', async () => {
    const own = await ok('0.0.0.0');
    const other = await ok();
    names.set('home.test', ['127.0.0.3']);
    const open = egress({ allow: ['0.0.0.0/0', '::/0'], ownPorts: [own.port] });
    for (const host of ['127.0.0.1', '127.8.8.8', '[::ffff:127.0.0.1]', 'localhost', 'home.test'])
      expect(await ask(`http://${host}:${own.port}/`, { egress: open })).toMatchObject(DENIED);
    expect(own.connections).toBe(0);
    expect(await ask(`http://127.0.0.1:${other.port}/`, { egress: open })).toMatchObject({ failure: null });
  });

  it('is not reached where its database is, although the network is allowed', async () => {
    const database = await listeners.silent();
    const services = [{ host: 'localhost', port: database.port }];
    const open = egress({ allow: ['127.0.0.0/8', '::1/128'], services });
    names.set('db.test', ['127.0.0.1']);
    const redirecting = await listeners.http((_, response) => {
      response.writeHead(302, { Location: `http://127.0.0.1:${database.port}/` }).end();
    });
    for (const url of [
      `http://127.0.0.1:${database.port}/`,
      `http://db.test:${database.port}/`,
      `https://localhost:${database.port}/`,
      `http://127.0.0.1:${redirecting.port}/`,
    ])
      expect(await ask(url, { egress: open })).toMatchObject(DENIED);
    expect(database.connections).toBe(0);
  });
});

describe('a request to an address that is allowed', () => {
  it('tells which one it was, and how long finding it took', async () => {
    const outer = await ok();
    names.set('outer.test', ['127.0.0.1']);
    const { address, phases } = await ask(`http://outer.test:${outer.port}/`, { egress: egress() });
    expect(address).toBe('127.0.0.1');
    expect(phases.dns).toBeGreaterThan(0);
  });

  it.each(['localhost', 'api.localhost', 'localhost.', '127.1', '[::ffff:127.0.0.1]'])(
    'reaches %s where the operator allows it',
    async (host) => {
      const inner = await ok();
      const found = await ask(`http://${host}:${inner.port}/`, { egress: egress() });
      expect(found).toMatchObject({ failure: null, address: '127.0.0.1' });
    },
  );

  it('knows no name that the name server does not know', async () => {
    expect(await ask('http://unknown.test/', { egress: egress() })).toMatchObject({
      failure: 'dns-failed',
      detail: 'The name of the host does not exist.',
      isInternalError: false,
      address: null,
    });
  });

  it('takes a name server that is away for the trouble of this machine', async () => {
    const away = egress({ servers: ['127.0.0.1:1'] });
    expect(await ask('http://outer.test/', { egress: away })).toMatchObject({
      failure: 'dns-failed',
      isInternalError: true,
    });
  });

  it('takes a name server that is silent until the deadline for the trouble of this machine', async () => {
    names.set('outer.test', 'silence').set('.', 'silence');
    const hurried = egress({ firstTryMs: 400 });
    expect(await ask('http://outer.test/', { egress: hurried, timeoutMs: 100 })).toMatchObject({
      failure: 'dns-failed',
      isInternalError: true,
    });
  });

  it('blames the name where the name server is silent about it alone', async () => {
    names.set('outer.test', 'silence').set('.', []);
    const hurried = egress({ firstTryMs: 400 });
    expect(await ask('http://outer.test/', { egress: hurried, timeoutMs: 2_000 })).toMatchObject({
      failure: 'dns-failed',
      isInternalError: false,
    });
  });

  it('does not ask the proxies of the environment', async () => {
    const proxy = await ok();
    const target = await ok();
    const before = { ...process.env };
    const url = `http://127.0.0.1:${proxy.port}`;
    Object.assign(process.env, { HTTP_PROXY: url, http_proxy: url, ALL_PROXY: url, NODE_USE_ENV_PROXY: '1' });
    try {
      const found = await ask(`http://127.0.0.1:${target.port}/`, { egress: egress() });
      expect(found).toMatchObject({ failure: null });
    } finally {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
        delete process.env[name];
      Object.assign(process.env, before);
    }
    expect([proxy.connections, target.connections]).toEqual([0, 1]);
  });
});
