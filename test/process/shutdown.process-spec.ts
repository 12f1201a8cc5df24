import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServerProcess } from '../program.js';
import { RawConnection } from '../raw-connection.js';
import { TemporaryDirectory } from '../temporary-directory.js';

const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\n';
const READY = `GET /health/ready HTTP/1.1\r\n${HEAD}\r\n`;
const BODY = JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'seven grey pigeons nap' });
const SLOW = `POST /v1/auth/sign-up HTTP/1.1\r\n${HEAD}Expect: 100-continue\r\nContent-Length: ${BODY.length}\r\n\r\n`;

describe('stopping the server', () => {
  let dataDir: TemporaryDirectory;
  let server: ServerProcess;

  beforeEach(async () => {
    dataDir = await TemporaryDirectory.make();
    server = await ServerProcess.start({ DATA_DIR: dataDir.path });
  });
  afterEach(async () => {
    await server.kill();
    await dataDir.remove();
  });

  /** A request whose headers were taken and whose body the server waits for. */
  async function slowRequest(): Promise<RawConnection> {
    const connection = await RawConnection.open(server.port);
    connection.send(SLOW);
    await connection.receive(/100 Continue\r\n\r\n/);
    return connection;
  }

  /** Asks whether the server is ready on one connection after another until one says that it is not. */
  async function untilNotReady(): Promise<string> {
    for (;;) {
      const connection = await RawConnection.open(server.port);
      connection.send(READY);
      const answer = await connection.receive(/\}$/);
      connection.close();
      if (!answer.includes('200 OK')) return answer;
    }
  }

  async function untilRefused(): Promise<unknown> {
    for (;;) {
      try {
        (await RawConnection.open(server.port)).close();
      } catch (error) {
        return error;
      }
    }
  }

  it('says first that it is not ready', async () => {
    server.signal('SIGTERM');
    expect(await untilNotReady()).toMatch(/^HTTP\/1.1 503 .*connection: close.*"code":"unavailable"/is);
  });

  it('finishes a request that is running, and exits with 0', async () => {
    const slow = await slowRequest();
    server.signal('SIGTERM');
    await untilRefused();

    slow.send(BODY);

    expect(await slow.rest()).toMatch(/^HTTP\/1.1 201 .*connection: close.*"token":/is);
    expect(await server.exit).toBe(0);
  });

  it('answers a request on a connection that was open before, and ends the connection', async () => {
    const kept = await RawConnection.open(server.port);
    kept.send(READY);
    expect(await kept.receive(/\}$/)).toContain('200 OK');
    server.signal('SIGTERM');
    await untilNotReady();

    kept.send(READY);

    expect(await kept.rest()).toContain('503');
    expect(await server.exit).toBe(0);
  });

  it('does not wait for connections that carry no request', async () => {
    const unused = await RawConnection.open(server.port);
    const idle = await RawConnection.open(server.port);
    idle.send(READY);
    await idle.receive(/\}$/);

    server.signal('SIGTERM');

    expect(await server.exit).toBe(0);
    expect(await unused.rest()).toBe('');
  });

  it('ends at once on a second signal', async () => {
    const slow = await slowRequest();
    server.signal('SIGTERM');
    await untilRefused();

    server.signal('SIGTERM');

    expect(await server.exit).toBe(143);
    expect(await slow.rest()).toBe('');
  });
});
