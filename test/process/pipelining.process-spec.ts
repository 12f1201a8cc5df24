import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_WAITING } from '../../src/http/pipelining.js';
import { RawConnection } from '../raw-connection.js';
import { TestServer } from '../server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const CLOSE = 'Connection: close\r\n';
const statusesOf = (answers: string): number[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));

describe('requests that are sent ahead on one connection', () => {
  it('are answered in their order', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(get('/health/live') + get('/v1/me') + get('/nothing') + get('/health/live', CLOSE));
    expect(statusesOf(await connection.rest())).toEqual([200, 401, 404, 200]);
  });

  it('may have bodies, and more than one reading of the socket holds', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(200_000) });
    const post = `POST /v1/auth/sign-up HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const connection = await RawConnection.open(server.port);
    connection.send(
      get('/health/live') + post + post + get('/health/live') + post + get('/health/live', CLOSE),
    );
    expect(statusesOf(await connection.rest())).toEqual([200, 422, 422, 200, 422, 200]);
  });

  it('leave the connection open for those that come later', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(get('/health/live').repeat(MAX_WAITING - 1) + get('/v1/me'));
    expect(statusesOf(await connection.receive(/credential-missing"[^]*}/))).toHaveLength(MAX_WAITING);
    connection.send(get('/nothing', CLOSE));
    expect(await connection.rest()).toContain('"code":"not-found"');
  });

  it.each(['/health/live', '/%zz'])(
    'are no more than a few of 90,000 to %s, while others are served',
    async (path) => {
      const connection = await RawConnection.open(server.port);
      connection.send(get(path).repeat(90_000));
      const others = server.anyone;
      const over = new AbortController();
      const attack = connection.rest().finally(() => over.abort());
      const delays: number[] = [];
      do {
        const began = performance.now();
        expect((await others.get('/health/live')).status).toBe(200);
        delays.push(performance.now() - began);
      } while (!over.signal.aborted);
      expect(statusesOf(await attack).length).toBeLessThanOrEqual(MAX_WAITING + 1);
      expect(Math.max(...delays)).toBeLessThan(1_500);
    },
  );
});
