import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BODY_LIMIT, MAX_PIECES } from '../../src/http/incoming-body.js';
import { RawConnection } from '../raw-connection.js';
import { ada, TestServer } from '../server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ env: { NODE_OPTIONS: '--max-old-space-size=256' } });
  await server.signUp();
});
afterAll(() => server.stop());

const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const head = (path: string, more: string, method = 'POST'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const chunk = (text: string, extension = ''): string =>
  `${text.length.toString(16)}${extension}\r\n${text}\r\n`;
const END = '0\r\n\r\n';
const MANY = 250_000;
const tiny = chunk(' ').repeat(MANY);
const signIn = JSON.stringify({ email: ada.email, password: ada.password });
const padded = (length: number): string => signIn.padEnd(length);

/** All answers to what is sent on one connection. */
async function answersTo(sent: string, port = server.port): Promise<string> {
  const connection = await RawConnection.open(port);
  connection.send(sent);
  return connection.rest();
}

const residentMiB = (): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024;

describe('a body in one-byte chunks', () => {
  it.each([
    ['POST', '/v1/auth/sign-in', 413],
    ['POST', '/nothing', 413],
    ['POST', '/health/live', 413],
    ['POST', '/confirm/nothing/confirm', 413],
    ['GET', '/health/live', 200],
  ])('to %s %s ends its connection, and the answer comes', async (method, path, status) => {
    const answers = await answersTo(head(path, CHUNKED + JSON_TYPE, method) + tiny + END);
    expect(answers).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answers).toMatch(/^connection: close\r$/im);
    expect(answers.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('of many connections takes no memory', async () => {
    const before = residentMiB();
    let most = before;
    const over = new AbortController();
    const floods = Array.from({ length: 40 }, (_, i) =>
      answersTo(head(i % 2 ? '/v1/auth/sign-in' : '/nothing', CHUNKED + JSON_TYPE) + tiny),
    );
    const all = Promise.all(floods).finally(() => over.abort());
    while (!over.signal.aborted) {
      most = Math.max(most, residentMiB());
      await wait(10);
    }
    for (const answer of await all) expect(answer).toContain('"code":"body-too-large"');
    expect(most - before).toBeLessThan(120);
  });

  it('that waits behind another request takes no memory either', async () => {
    const before = residentMiB();
    const floods = Array.from({ length: 40 }, () =>
      answersTo(
        head('/v1/auth/sign-in', `${JSON_TYPE}Content-Length: ${signIn.length}\r\n`) +
          signIn +
          head('/nothing', CHUNKED + JSON_TYPE) +
          tiny,
      ),
    );
    await Promise.all(floods);
    expect(residentMiB() - before).toBeLessThan(120);
  });
});

describe('a body', () => {
  it.each([
    ['in chunks of 64 bytes', 64],
    ['in chunks of 1,000 bytes', 1_000],
  ])('of 256 KiB %s is taken', async (_, size) => {
    const body = padded(BODY_LIMIT);
    const chunks = body.replace(new RegExp(`[^]{1,${size}}`, 'g'), (piece) => chunk(piece));
    const answers = await answersTo(
      head('/v1/auth/sign-in', `Connection: close\r\n${CHUNKED}${JSON_TYPE}`) + chunks + END,
    );
    expect(answers).toMatch(/^HTTP\/1.1 20[01] /);
  });

  it('that is short is taken in one-byte chunks', async () => {
    const chunks = [...padded(MAX_PIECES)].map((character) => chunk(character)).join('');
    const answers = await answersTo(
      head('/v1/auth/sign-in', `Connection: close\r\n${CHUNKED}${JSON_TYPE}`) + chunks + END,
    );
    expect(answers).toMatch(/^HTTP\/1.1 20[01] /);
  });

  it('in many packets of one byte is not taken', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(head('/v1/auth/sign-in', `${JSON_TYPE}Content-Length: ${BODY_LIMIT}\r\n`));
    const over = new AbortController();
    const answer = connection.rest().finally(() => over.abort());
    for (let sent = 0; sent < BODY_LIMIT && !over.signal.aborted; sent += 1) {
      connection.send(' ');
      await new Promise(setImmediate);
    }
    expect(await answer).toMatch(/^HTTP\/1.1 413 [^]*"code":"body-too-large"/);
  });

  it('with far more around it than in it is not taken', async () => {
    const chunks = chunk(' ', `;x=${'x'.repeat(15_000)}`).repeat(1_000);
    const answers = await answersTo(head('/v1/auth/sign-in', CHUNKED + JSON_TYPE) + chunks + END);
    expect(answers).toMatch(/^HTTP\/1.1 413 [^]*"code":"body-too-large"/);
  });

  it('with endless trailers is refused', async () => {
    const answers = await answersTo(
      `${head('/v1/auth/sign-in', CHUNKED + JSON_TYPE)}0\r\n${'X: y\r\n'.repeat(100_000)}`,
    );
    expect(answers).toMatch(/^HTTP\/1.1 431 /);
  });
});

describe('an answer given before the body was read', () => {
  it('leaves the connection open where all of it came at once', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(head('/v1/me', 'Content-Type: text/plain\r\nContent-Length: 5\r\n', 'PUT') + 'hello');
    expect(await connection.receive(/\}$/)).not.toMatch(/^connection: close/im);
    connection.send(head('/health/live', 'Connection: close\r\n', 'GET'));
    expect(await connection.rest()).toMatch(/^HTTP\/1.1 200 /);
  });

  it.each([
    ['one without a type', '/v1/auth/sign-in', 415],
    ['one that says it is too large', '/v1/auth/sign-in', 413],
    ['one to a route that is not there', '/nothing', 404],
  ])('reads no more of %s', async (what, path, status) => {
    const type = status === 413 ? JSON_TYPE : '';
    const connection = await RawConnection.open(server.port);
    connection.send(head(path, `${type}Content-Length: 100000000\r\n`) + ' '.repeat(200_000));
    const answer = await connection.rest();
    expect([what, answer]).toEqual([what, expect.stringMatching(`^HTTP/1.1 ${status} `)]);
    expect(answer).toMatch(/^connection: close\r$/im);
  });

  it('because there were too many requests ends the connection of a sender that goes on', async () => {
    const limited = await TestServer.start({ env: { RATE_LIMIT: 'on' } });
    const { port } = limited;
    const refused = head('/nothing', JSON_TYPE + 'Content-Length: 2\r\n') + '{}';
    let last = '';
    for (let i = 0; i < 5 && !last.includes('rate-limited'); i += 1)
      last = await answersTo(refused.repeat(99) + head('/nothing', 'Connection: close\r\n', 'GET'), port);
    expect(last).toContain('"code":"rate-limited"');
    const answers = await answersTo(head('/nothing', CHUNKED + JSON_TYPE) + tiny, port);
    expect(answers).toMatch(/^HTTP\/1.1 429 [^]*"code":"rate-limited"/);
    expect(answers).toMatch(/^connection: close\r$/im);
    await limited.stop();
  });
});
