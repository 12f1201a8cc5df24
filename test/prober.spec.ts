import type { Socket } from 'node:net';
import { type BrotliCompress, createBrotliCompress, createGzip } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkErrors, type ProbeResult, type ProbeRequest } from '../src/checks/result/probe-result.js';
import { LocalProber } from '../src/checks/prober/local-prober.js';
import { startProber } from '../src/checks/prober/start-prober.js';
import { CheckedTargets, probeOf } from './checked-targets.js';
import { certificate } from './egress/certificates.js';
import { Listeners } from './egress/listeners.js';

/** The beginning of what `coder` makes of `content`, of which more is to come. */
async function flushed(
  coder: ReturnType<typeof createGzip> | BrotliCompress,
  content: Buffer,
): Promise<Buffer> {
  coder.write(content);
  await new Promise<void>((resolve) => coder.flush(resolve));
  return coder.read() as Buffer;
}

describe('LocalProber', () => {
  let targets: CheckedTargets;
  let listeners: Listeners;
  let prober: LocalProber;
  let troubles: unknown[];

  beforeAll(async () => {
    targets = await CheckedTargets.start();
  });
  afterAll(() => targets.close());
  beforeEach(() => {
    troubles = [];
    prober = new LocalProber(targets.setup, (error) => troubles.push(error));
    listeners = new Listeners();
  });
  afterEach(async () => {
    await prober.close();
    listeners.close();
    expect(troubles).toEqual([]);
  });

  const check = (path: string, given: Partial<ProbeRequest> = {}): Promise<ProbeResult> =>
    prober.probe(probeOf(targets.url(path), given));

  it('finds that all is well', async () => {
    const probe = await check('/a', {
      assertions: [
        { type: 'body', operator: 'matches', value: '^You asked for /a' },
        { type: 'response-time', operator: 'below', value: 20_000 },
      ],
    });
    expect(probe).toMatchObject({
      ok: true,
      error: null,
      statusCode: 200,
      bodyBytes: 'You asked for /a with nothing.'.length,
      address: '127.0.0.1',
      excerpt: null,
    });
  });

  it.each(checkErrors)('finds %s', async (error) => {
    const finding = await prober.probe(targets.failing[error]);
    expect(finding).toMatchObject({ ok: false, error });
    expect(finding.detail).toMatch(/\.$/);
  });

  const askFor = async (bytes: string | Buffer, given: Partial<ProbeRequest> = {}) => {
    const { port } = await listeners.saying(bytes);
    return prober.probe(probeOf(`http://127.0.0.1:${port}/`, given));
  };

  it('reads the body although nothing is asserted of it', async () => {
    const { length } = 'You asked for /a with nothing.';
    expect(await check('/a')).toMatchObject({ ok: true, bodyBytes: length });
  });

  it.each([
    ['of known length', 'Content-Length: 10\r\n\r\nhalf', 'connection-reset'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', 'connection-reset'],
    ['that is compressed', 'Content-Encoding: gzip\r\n\r\n\x1f\x8b', 'protocol-error'],
  ])('finds that a body %s is cut off although nothing is asserted of it', async (_, rest, error) => {
    const found = await askFor(Buffer.from(`HTTP/1.1 200 OK\r\n${rest}`, 'latin1'));
    expect(found).toMatchObject({ ok: false, error, isInternalError: false });
  });

  const saying = (head: string, body: Buffer, end: (socket: Socket) => void) =>
    listeners.raw((socket) =>
      socket.once('data', () =>
        socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`), body]), () =>
          end(socket),
        ),
      ),
    );

  const text = Buffer.from('half of it');

  it.each([
    ['plain', 'Content-Length: 99', text],
    ['in chunks', 'Transfer-Encoding: chunked', Buffer.from(`a\r\n${text.toString()}\r\n9`)],
    ['large', 'Content-Length: 999999', Buffer.alloc(900_000)],
    ['compressed with gzip', 'Content-Encoding: gzip\r\nContent-Length: 99', flushed(createGzip(), text)],
    [
      'compressed with br',
      'Content-Encoding: br\r\nContent-Length: 99',
      flushed(createBrotliCompress(), text),
    ],
  ])('tells how much was read of a body that is cut off (%s)', async (kind, head, part) => {
    const body = await part;
    const bodyBytes = kind === 'large' ? 900_000 : text.length;
    const ending = await saying(head, body, (socket) => socket.end());
    const url = `http://127.0.0.1:${ending.port}/`;
    expect(await prober.probe(probeOf(url))).toMatchObject({ error: 'connection-reset', bodyBytes });
    const hanging = await saying(head, body, () => {});
    const request = probeOf(`http://127.0.0.1:${hanging.port}/`, { timeoutMs: 400 });
    expect(await prober.probe(request)).toMatchObject({ error: 'timeout', bodyBytes });
  });

  it.each(['text/event-stream; charset=utf-8', 'multipart/x-mixed-replace;boundary=x'])(
    'takes a stream of %s for complete with its head, unless something is asserted of it',
    async (type) => {
      const { port } = await listeners.raw((socket) =>
        socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n: hello\n`)),
      );
      const url = `http://127.0.0.1:${port}/`;
      expect(await prober.probe(probeOf(url))).toMatchObject({ ok: true, bodyBytes: 0 });
      const assertions = [{ type: 'body', operator: 'contains', value: 'x' }] as const;
      expect(await prober.probe(probeOf(url, { assertions, timeoutMs: 300 }))).toMatchObject({
        error: 'timeout',
        detail: 'The body of the response was not complete in time.',
      });
    },
  );

  it('refuses what is not as RFC 9112 has it for a strict monitor, and names the line', async () => {
    const bytes = 'HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 0\r\n\r\n';
    expect(await askFor(bytes)).toMatchObject({ ok: true });
    expect(await askFor(bytes, { strictHttp: true })).toMatchObject({
      error: 'protocol-error',
      detail: 'Line 2 of the head of the response has a blank before its colon.',
    });
  });

  it('shows what a response says whose status was not expected, without credentials', async () => {
    const finding = await check('/down', { headers: [['Authorization', 'Bearer s3cr3t-token']] });
    expect(finding).toMatchObject({
      detail: 'The status is 503 and not 200.',
      excerpt: 'You asked for /down with [redacted].',
    });
  });

  it('does not mind that a response with another status never ends', async () => {
    const { port } = await listeners.raw((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nSomething broke'),
      ),
    );
    expect(await prober.probe(probeOf(`http://127.0.0.1:${port}/`))).toMatchObject({
      error: 'unexpected-status',
      statusCode: 500,
      excerpt: 'Something broke',
    });
  });

  it('does not mind that the connection of a response with another status breaks', async () => {
    const { port } = await listeners.saying(
      'HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nSomething broke',
    );
    expect(await prober.probe(probeOf(`http://127.0.0.1:${port}/`))).toMatchObject({
      error: 'unexpected-status',
      excerpt: 'Something broke',
    });
  });

  it('reads no more than the beginning of a response with another status', async () => {
    const { port } = await listeners.http((_, response) => response.writeHead(404).end('x'.repeat(100_000)));
    expect(await prober.probe(probeOf(`http://127.0.0.1:${port}/`))).toMatchObject({
      error: 'unexpected-status',
      bodyBytes: 4_096,
      excerpt: 'x'.repeat(1_024),
    });
  });

  it('reads a body of 1 MiB at most, and judges what it has read', async () => {
    const { port } = await listeners.http((_, response) => response.end(`${'x'.repeat(2 ** 20)}end`));
    const ends = { type: 'body', operator: 'contains', value: 'end' } as const;
    expect(await prober.probe(probeOf(`http://127.0.0.1:${port}/`, { assertions: [ends] }))).toMatchObject({
      error: 'assertion-failed',
      bodyBytes: 2 ** 20,
    });
  });

  it('tells when the certificate ends, also where it does not verify', async () => {
    const issued = certificate({ name: 'Me', until: 5 });
    const { port } = await listeners.tls(issued);
    const url = `https://127.0.0.1:${port}/`;
    expect(await prober.probe(probeOf(url, { verifyTls: false }))).toMatchObject({
      ok: true,
      certificateExpiresAt: issued.expiresAt,
    });
    expect(await prober.probe(probeOf(url))).toMatchObject({
      error: 'tls-untrusted',
      certificateExpiresAt: issued.expiresAt,
    });
  });

  it('takes a name server that keeps silent for its own trouble', async () => {
    const silent = new LocalProber({ ...targets.setup, dnsServers: ['127.0.0.1:1'] }, (error) =>
      troubles.push(error),
    );
    const finding = await silent.probe(probeOf('http://any.example.com/'));
    await silent.close();
    expect(finding).toMatchObject({ error: 'dns-failed', isInternalError: true });
  });

  it('goes by the policy that it was told last', async () => {
    prober.setPolicy({ ...targets.setup.policy, ownPorts: [targets.echo.port] });
    expect((await check('/')).error).toBe('address-not-allowed');
    prober.setPolicy(targets.setup.policy);
    expect((await check('/')).ok).toBe(true);
  });

  it('answers when it is closed what is in flight, and what comes later, as trouble of its own', async () => {
    const waiting = check('/silent', { timeoutMs: 1_000 });
    expect(prober.inFlight).toBe(1);
    await prober.close();
    expect(prober.inFlight).toBe(0);
    for (const finding of await Promise.all([waiting, check('/')]))
      expect(finding).toMatchObject({ ok: false, isInternalError: true, statusCode: null });
  });
});

describe('startProber()', () => {
  it('starts none but this thread for checks where 0 threads are asked for', async () => {
    const prober = startProber(0, { policy: { allow: [], ownPorts: [], services: [] }, dnsServers: [] });
    await prober.close();
    expect(prober).toBeInstanceOf(LocalProber);
  });
});

describe('a check that cannot be judged', () => {
  it('is trouble of this process, and told to whoever runs it', async () => {
    const targets = await CheckedTargets.start();
    const troubles: unknown[] = [];
    const prober = new LocalProber(targets.setup, (error) => troubles.push(error));
    const assertions = [{ type: 'body', operator: 'matches', value: '(' } as const];
    const probe = await prober.probe(probeOf(targets.url('/'), { assertions }));
    await prober.close();
    targets.close();
    expect(probe).toMatchObject({ ok: false, isInternalError: true });
    expect(troubles).toHaveLength(1);
  });
});
