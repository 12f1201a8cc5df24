import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerProcess } from '../program.js';
import { RawConnection } from '../raw-connection.js';
import { TemporaryDirectory } from '../temporary-directory.js';

/** Milliseconds. The timer of Node must see to it that such a connection stays: no clock can be moved for it. */
const LONGER_THAN_A_REQUEST = 17_000;

describe('a request that does not follow HTTP', () => {
  let dataDir: TemporaryDirectory;
  let server: ServerProcess;

  beforeAll(async () => {
    dataDir = await TemporaryDirectory.make();
    server = await ServerProcess.start({ DATA_DIR: dataDir.path });
  });
  afterAll(async () => {
    await server.kill();
    await dataDir.remove();
  });

  const POST = 'POST /v1/auth/sign-up HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

  it.each([
    ['no request line', 'hello\r\n\r\n', 400, 'request-malformed'],
    ['an unknown method', 'FLY / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'request-malformed'],
    ['no Host', 'GET /v1/me HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'request-malformed'],
    [
      'two Hosts',
      'GET /v1/me HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'a Host that is none',
      'GET /v1/me HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
      400,
      'request-malformed',
    ],
    ['two lengths', `${POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `, 400, 'request-malformed'],
    [
      'a length and chunks',
      `${POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
      'request-malformed',
    ],
    ['a broken chunk', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, 'request-malformed'],
    [
      'a path that cannot be decoded',
      'GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      400,
      'request-malformed',
    ],
    [
      'headers beyond 16 KiB',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(200_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'a path beyond 16 KiB',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['headers that never end', 'GET / HTTP/1.1\r\nHost: localhost\r\n', 408, 'request-timeout'],
  ])('with %s is answered with a problem', async (_, request, status, code) => {
    const connection = await RawConnection.open(server.port);

    connection.send(request);

    const [head = '', body = ''] = (await connection.rest()).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json/m);
    expect(head).toMatch(/^cache-control: no-store/m);
    expect(head).toMatch(/^x-content-type-options: nosniff/m);
    expect(JSON.parse(body)).toEqual({
      type: expect.stringMatching(`^http://.*/problems/${code}$`),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      instance: expect.any(String),
      code,
      requestId: /request-id: (.*)/.exec(head)![1],
    });
  });

  it('may come on a connection that was idle for longer than a request may take', async () => {
    const connection = await RawConnection.open(server.port);
    const get = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
    connection.send(get);
    expect(await connection.receive(/"ok"/)).toMatch(/^keep-alive: timeout=72/im);
    await wait(LONGER_THAN_A_REQUEST);
    connection.send(get);
    expect(await connection.receive(/"ok"/)).toMatch(/^HTTP\/1.1 200 /);
    connection.close();
  });

  it('with an id of any length is an ordinary one', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(
      `GET /v1/api-keys/${'a'.repeat(4_000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(await connection.rest()).toContain('"code":"credential-missing"');
  });
});
