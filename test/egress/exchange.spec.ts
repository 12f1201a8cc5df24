import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { ask } from './egress.js';
import { Listeners } from './listeners.js';

const listeners = new Listeners();
afterEach(() => listeners.close());

const at = ({ port }: { port: number }, path = '/') => `http://127.0.0.1:${port}${path}`;

/** A port of the loopback on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

describe('exchange()', () => {
  it('tells status, headers, body, address and times', async () => {
    const server = await listeners.saying(
      `HTTP/1.1 404 Not Found\r\nX-One: 1\r\nx-many: a\r\nX-Many: b\r\nContent-Length: 2\r\n\r\nno`,
    );
    const { phases, ...found } = await ask(at(server));
    expect(found).toEqual({
      response: {
        statusCode: 404,
        headers: { 'x-one': '1', 'x-many': 'a, b', 'content-length': '2' },
        body: Buffer.from('no'),
        isCut: false,
      },
      failure: null,
      detail: null,
      isInternalError: false,
      address: '127.0.0.1',
      certificate: null,
      bodyBytes: 2,
    });
    expect(phases).toMatchObject({ dns: null, tls: null });
    for (const part of [phases.connect, phases.firstByte, phases.total])
      expect(Number.isInteger(part) && part! > 0).toBe(true);
    expect(phases.connect! + phases.firstByte!).toBeLessThanOrEqual(phases.total);
  });

  it('can be sent to another thread, whatever the headers are called', async () => {
    const server = await listeners.saying(
      `${HEAD}__proto__: x\r\nconstructor: y\r\nContent-Length: 0\r\n\r\n`,
    );
    const { headers } = structuredClone(await ask(at(server))).response!;
    expect(Object.entries(headers)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['content-length', '0'],
    ]);
  });

  it('sends method, target, headers and body as they were given', async () => {
    const server = await listeners.saying(`${HEAD}Content-Length: 0\r\n\r\n`);
    const headers = [
      ['X-Tag', 'a'],
      ['X-Tag', 'b'],
    ] as const;
    await ask(at(server, '/a%20b?c=d#e'), { method: 'PATCH', headers, body: 'für', readBody: false });
    expect(server.received).toBe(
      [
        'PATCH /a%20b?c=d HTTP/1.1',
        `Host: 127.0.0.1:${server.port}`,
        'User-Agent: PulseAPI',
        'Accept: */*',
        'X-Tag: a',
        'X-Tag: b',
        'Content-Length: 4',
        'Connection: close',
        '',
        Buffer.from('für').toString('latin1'),
      ].join('\r\n'),
    );
  });

  it('makes a new connection for each request, and leaves none open', async () => {
    const server = await listeners.http((_, response) => response.end('ok'));
    for (let round = 0; round < 3; round++) await ask(at(server));
    expect(server.connections).toBe(3);
    await eventually(async () => server.open === 0);
  });

  it('skips informational responses', async () => {
    const server = await listeners.saying(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${HEAD}Content-Length: 2\r\n\r\nok`,
    );
    const { response } = await ask(at(server));
    expect(response).toMatchObject({ statusCode: 200, headers: { 'content-length': '2' } });
    expect(response!.body.toString()).toBe('ok');
  });

  it.each([
    ['HEAD', `${HEAD}Content-Length: 10\r\nContent-Encoding: gzip\r\n\r\n`],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n'],
  ])('expects no body after %s and %j', async (method, bytes) => {
    const server = await listeners.raw((socket) => socket.once('data', () => socket.write(bytes)));
    const { response } = await ask(at(server), { method });
    expect(response!.body).toHaveLength(0);
  });

  it('takes the end of the connection as the end of a body of unknown length', async () => {
    const server = await listeners.saying(`${HEAD}\r\nuntil the end`);
    expect((await ask(at(server))).response!.body.toString()).toBe('until the end');
  });
});

describe('a failure', () => {
  const FAILED = { response: null, isInternalError: false };

  it('is `connection-refused` where nobody listens', async () => {
    expect(await ask(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({
      ...FAILED,
      failure: 'connection-refused',
      address: '127.0.0.1',
      phases: { connect: null, firstByte: null },
    });
  });

  it('is `connection-reset` where the server resets, or ends, before it answers', async () => {
    const resetting = await listeners.raw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const ending = await listeners.raw((socket) => socket.once('data', () => socket.end()));
    const halfway = await listeners.saying(`${HEAD}Content-Le`);
    for (const server of [resetting, ending, halfway])
      expect(await ask(at(server))).toMatchObject({ ...FAILED, failure: 'connection-reset' });
  });

  it('is `connection-reset` where the server resets, or ends, within the body', async () => {
    const start = `${HEAD}Content-Length: 10\r\n\r\nhalf`;
    const resetting = await listeners.raw((socket) =>
      socket.once('data', () => socket.write(start, () => setTimeout(() => socket.resetAndDestroy(), 50))),
    );
    const ending = await listeners.saying(start);
    for (const server of [resetting, ending])
      expect(await ask(at(server))).toMatchObject({ ...FAILED, failure: 'connection-reset' });
    expect(await ask(at(ending), { readBody: false })).toMatchObject({ failure: null });
  });

  it('is `timeout` where the server never answers', async () => {
    const server = await listeners.silent();
    expect(await ask(at(server), { timeoutMs: 200 })).toMatchObject({
      ...FAILED,
      failure: 'timeout',
      detail: 'No response came in time.',
      address: '127.0.0.1',
      phases: { connect: expect.any(Number), firstByte: null },
    });
    await eventually(async () => server.open === 0);
  });

  it.each([
    ['the head', 'HTTP/1.1 200 OK\r\nX-Slow: ', 'No response came in time.'],
    [
      'the body',
      `${HEAD}Content-Length: 100000\r\n\r\n`,
      'The body of the response was not complete in time.',
    ],
    [
      'a compressed body',
      `${HEAD}Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\x03`,
      'The body of the response was not complete in time.',
    ],
  ])('is `timeout` where the server sends %s drop by drop', async (_, start, detail) => {
    const server = await listeners.raw((socket) => {
      socket.write(Buffer.from(start, 'latin1'));
      const drops = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drops));
    });
    expect(await ask(at(server), { timeoutMs: 300 })).toMatchObject({
      ...FAILED,
      failure: 'timeout',
      detail,
    });
    await eventually(async () => server.open === 0);
  });

  it.each([
    ['garbage', '\0\x01\x02 nothing of HTTP \xff\xfe'],
    ['another protocol', '220 mail.example.com ESMTP\r\n'],
    ['a length that is none', `${HEAD}Content-Length: ten\r\n\r\n`],
    ['a length that no number holds', `${HEAD}Content-Length: ${'9'.repeat(400)}\r\n\r\n`],
    ['two lengths', `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    ['a length of hexadecimal digits', `${HEAD}Content-Length: 0x2\r\n\r\nab`],
    ['chunks within another coding', `${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
    ['a chunk longer than its size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`],
    ['a NUL in its head', `${HEAD}X-A: b\0c\r\n\r\n`],
    ['a broken chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
    [
      'a protocol nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    [
      'a body that is not compressed as it says',
      `${HEAD}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain`,
    ],
    ['informational responses without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)],
  ])('is `protocol-error` where the server sends %s', async (_, bytes) => {
    const server = await listeners.saying(Buffer.from(bytes, 'latin1'));
    expect(await ask(at(server))).toMatchObject({ ...FAILED, failure: 'protocol-error' });
  });

  it('is `protocol-error` where the head is larger than 16 KiB, however long it would go on', async () => {
    const server = await listeners.raw((socket) => {
      socket.write(HEAD);
      const more = () => {
        while (!socket.destroyed && socket.write(`X-More: ${'x'.repeat(1_000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    expect(await ask(at(server))).toMatchObject({
      ...FAILED,
      failure: 'protocol-error',
      detail: 'The head of the response is larger than 16 KiB.',
    });
  });

  it.each(['not a URL', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'http://1.2.3.4.5/'])(
    'is `protocol-error` for the URL %j',
    async (url) => {
      expect(await ask(url)).toMatchObject({ ...FAILED, failure: 'protocol-error' });
    },
  );

  it('is `protocol-error` where a header cannot be sent', async () => {
    const server = await listeners.silent();
    const forged = [['X-Tag', 'a\r\nX-Forged: b']] as const;
    expect(await ask(at(server), { headers: forged })).toMatchObject({
      ...FAILED,
      failure: 'protocol-error',
    });
    expect(server.received).toBe('');
  });

  it('has a sentence for people that tells neither an address nor a secret', async () => {
    const headers = [['Authorization', 'Bearer hush']] as const;
    const silent = await listeners.silent();
    const garbage = await listeners.saying('garbage');
    const reset = await listeners.raw((socket) => socket.resetAndDestroy());
    for (const url of [
      at(silent),
      at(garbage),
      at(reset),
      'http://10.0.0.1/',
      'http://secret.test/?key=hush',
    ]) {
      const { detail } = await ask(url, { headers, timeoutMs: 200 });
      expect(detail).toMatch(/^[A-Z][^\d]*\.$/);
      expect(detail).not.toMatch(/hush|secret/);
    }
  });
});
