import { afterEach, describe, expect, it } from '@jest/globals';
import { certificate } from './certificates.js';
import { ask, egressWith } from './egress.js';
import { Listeners, type Listener } from './listeners.js';

const listeners = new Listeners();
afterEach(() => listeners.close());

const at = ({ port }: Listener, path = '/', host = '127.0.0.1') => `http://${host}:${port}${path}`;

const to = (location: string, status = 302) =>
  `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

const ok = () => listeners.saying('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

/** A server of redirections from `/n` to `/n-1`, and an answer at `/0`. */
const countdown = () =>
  listeners.http((request, response) => {
    const left = Number(request.url!.slice(1));
    if (left === 0) response.end('arrived');
    else response.writeHead(302, { Location: `/${left - 1}` }).end();
  });

describe('redirections', () => {
  it('are followed five times, each over a connection of its own', async () => {
    const server = await countdown();
    const { response } = await ask(at(server, '/5'));
    expect(response!.body.toString()).toBe('arrived');
    expect(server.connections).toBe(6);
  });

  it('are not followed a sixth time, nor in a circle', async () => {
    const server = await countdown();
    const circle = await listeners.http((_, response) => response.writeHead(302, { Location: '/' }).end());
    for (const url of [at(server, '/6'), at(circle)])
      expect(await ask(url)).toMatchObject({
        response: null,
        failure: 'too-many-redirects',
        isInternalError: false,
      });
    expect([server.connections, circle.connections]).toEqual([6, 6]);
  });

  it('are an answer like any other where they are not to be followed', async () => {
    const server = await listeners.saying(to('/elsewhere'));
    const { response } = await ask(at(server), { followRedirects: false });
    expect(response).toMatchObject({ statusCode: 302, headers: { location: '/elsewhere' } });
    expect(server.connections).toBe(1);
  });

  it('are an answer like any other where they do not say whereto', async () => {
    const server = await listeners.saying('HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n');
    expect((await ask(at(server))).response).toMatchObject({ statusCode: 302 });
  });

  it('do not show secrets to another origin', async () => {
    const second = await ok();
    const first = await listeners.saying(to(at(second, '/next')));
    const headers = [
      ['Authorization', 'Bearer hush'],
      ['Cookie', 'session=hush'],
      ['X-Api-Key', 'hush'],
      ['Accept-Language', 'de'],
      ['User-Agent', 'mine'],
    ] as const;
    await ask(at(first), { headers });
    expect(first.received.match(/hush/g)).toHaveLength(3);
    expect(second.received.split('\r\n')).toEqual([
      'GET /next HTTP/1.1',
      `Host: 127.0.0.1:${second.port}`,
      'Accept: */*',
      'Accept-Encoding: gzip, deflate, br',
      'Accept-Language: de',
      'User-Agent: mine',
      'Connection: close',
      '',
      '',
    ]);
  });

  it('do not show secrets again after a detour over another origin', async () => {
    const home: Listener = await listeners.http((request, response) => {
      if (request.url === '/') response.writeHead(302, { Location: at(away) }).end();
      else response.end(request.headers['x-api-key'] ?? 'none');
    });
    const away = await listeners.http((_, response) =>
      response.writeHead(302, { Location: at(home, '/back') }).end(),
    );
    const { response } = await ask(at(home), { headers: [['X-Api-Key', 'hush']] });
    expect(response!.body.toString()).toBe('none');
  });

  it('do not take a body to another origin', async () => {
    const second = await ok();
    const first = await listeners.saying(to(at(second), 307));
    expect(await ask(at(first), { method: 'POST', body: 'hush' })).toMatchObject({
      failure: 'protocol-error',
      detail: expect.stringContaining('body of the request is not sent'),
    });
    expect(second.connections).toBe(0);
  });

  it('repeat the request within its origin, or turn it into GET', async () => {
    const server = await listeners.http((request, response) => {
      if (request.url === '/308') response.writeHead(308, { Location: '/' }).end();
      else if (request.url === '/303') response.writeHead(303, { Location: '/' }).end();
      else {
        response.write(`${request.method} ${request.headers['content-type']} `);
        request.pipe(response);
      }
    });
    const post = { method: 'POST', body: '{}', headers: [['Content-Type', 'application/json']] } as const;
    expect((await ask(at(server, '/308'), post)).response!.body.toString()).toBe('POST application/json {}');
    expect((await ask(at(server, '/303'), post)).response!.body.toString()).toBe('GET undefined ');
  });

  it('do not lead from https to http', async () => {
    const plain = await ok();
    const { cert, key } = certificate({ name: 'localhost', hosts: ['127.0.0.1'] });
    const secure = await listeners.tls({ cert, key }, '127.0.0.1', to(at(plain)));
    const egress = egressWith({ roots: [cert] });
    expect(await ask(`https://127.0.0.1:${secure.port}/`, { egress })).toMatchObject({
      failure: 'protocol-error',
      detail: 'The response redirects from https to http.',
    });
    expect(plain.connections).toBe(0);
  });

  it('are told by the last one, but for the time of all', async () => {
    const { cert, key, expiresAt } = certificate({ name: 'localhost', hosts: ['127.0.0.2'] });
    const secure = await listeners.tls({ cert, key }, '127.0.0.2');
    const plain = await listeners.raw((socket) =>
      socket.once('data', () => setTimeout(() => socket.end(to(`https://127.0.0.2:${secure.port}/`)), 200)),
    );
    const {
      address,
      certificate: shown,
      phases,
    } = await ask(at(plain), { egress: egressWith({ roots: [cert] }) });
    expect({ address, shown }).toEqual({
      address: '127.0.0.2',
      shown: { subject: 'localhost', issuer: 'localhost', expiresAt },
    });
    expect(phases.tls).toBeGreaterThan(0);
    expect(phases.total).toBeGreaterThan(199_000);
    expect(phases.connect! + phases.tls! + phases.firstByte!).toBeLessThan(phases.total - 199_000);
  });

  it('share one deadline', async () => {
    const server = await listeners.http((_, response) => {
      setTimeout(() => response.writeHead(302, { Location: '/' }).end(), 100);
    });
    expect(await ask(at(server), { timeoutMs: 250 })).toMatchObject({ failure: 'timeout' });
    expect(server.connections).toBeLessThan(6);
  });
});
