import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RawConnection } from '../raw-connection.js';
import { TestServer } from '../server.js';

const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
/** Connections are looked through once a second, and a busy machine takes its time. */
const SLACK_MS = 4_000;
const CONNECTIONS = 200;
const BETWEEN_BYTES_MS = 500;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

/** Sends `start`, and then one `drop` after another, which never completes the request. Gives the answer, and after how long it came. */
async function trickle(start: string, drop: string): Promise<{ answer: string; after: number }> {
  const connection = await RawConnection.open(server.port);
  const began = performance.now();
  connection.send(start);
  const timer = setInterval(() => connection.send(drop), BETWEEN_BYTES_MS);
  const answer = await connection.rest();
  clearInterval(timer);
  return { answer, after: performance.now() - began };
}

describe('slow senders', () => {
  it('are cut off, while everybody else is served', async () => {
    const token = await server.signUp();
    const head = `POST /v1/projects HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
    const slow = {
      headers: Array.from({ length: CONNECTIONS }, () => trickle(head, 'X: y\r\n')),
      body: Array.from({ length: CONNECTIONS }, () =>
        trickle(`${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`, ' '),
      ),
    };
    const over = new AbortController();
    const all = Promise.all([...slow.headers, ...slow.body]).finally(() => over.abort());
    const api = server.bearing(token);
    const statuses = new Set<number>();
    let slowest = 0;
    while (!over.signal.aborted) {
      const began = performance.now();
      statuses.add((await api.get('/v1/me')).status);
      slowest = Math.max(slowest, performance.now() - began);
      await wait(50);
    }
    await all;

    expect([...statuses]).toEqual([200]);
    expect(slowest).toBeLessThan(1_000);
    for (const [kind, limit] of [
      ['headers', HEADERS_MS],
      ['body', REQUEST_MS],
    ] as const) {
      const cut = await Promise.all(slow[kind]);
      expect(cut.filter(({ answer }) => !/^HTTP\/1.1 408 [^]*"code":"request-timeout"/.test(answer))).toEqual(
        [],
      );
      expect(Math.min(...cut.map(({ after }) => after))).toBeGreaterThan(limit - 100);
      expect(Math.max(...cut.map(({ after }) => after))).toBeLessThan(limit + SLACK_MS);
    }
  }, 40_000);
});
