import { pipeline, Readable } from 'node:stream';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { ask } from './egress.js';
import { Listeners, type Listener } from './listeners.js';

const MIB = 1_048_576;

const listeners = new Listeners();
afterEach(() => listeners.close());

const at = ({ port }: Listener) => `http://127.0.0.1:${port}/`;

const encoded = (coding: string, body: Buffer) =>
  listeners.http((_, response) => response.setHeader('Content-Encoding', coding).end(body));

const zeros = (size: number) =>
  Readable.from(
    (function* () {
      for (let left = size; left > 0; left -= MIB) yield Buffer.alloc(Math.min(left, MIB));
    })(),
  );

/** How far the memory of this process grew while `work` was done. Bytes. */
async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
  await work();
  clearInterval(watch);
  return most - before;
}

describe('the body of a response', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('is decompressed from %s', async (coding, compress) => {
    const text = 'a text that is long enough to be worth it. '.repeat(10_000);
    const { response } = await ask(at(await encoded(coding, compress(Buffer.from(text)))));
    expect(response!.body.toString()).toBe(text);
    expect(response!.isCut).toBe(false);
  });

  it('is left as it is in a coding that is not known, or not used', async () => {
    for (const coding of ['zstd', 'identity', 'gzip, zstd', '']) {
      const { response } = await ask(at(await encoded(coding, Buffer.from('as it is'))));
      expect(response!.body.toString()).toBe('as it is');
    }
  });

  it.each(['gzip', 'deflate', 'br'])('may be empty, whatever %s would make of that', async (coding) => {
    const { response } = await ask(at(await encoded(coding, Buffer.alloc(0))));
    expect(response).toMatchObject({ body: Buffer.alloc(0), isCut: false });
  });

  const packed = gzipSync(Buffer.from('a text that misses its end'));
  it.each([
    ['its content', packed.subarray(0, -10)],
    ['another member of it', Buffer.concat([packed, packed.subarray(0, -10)])],
  ])('is of no use where its compressed form ends within %s', async (_, bytes) => {
    const found = await ask(at(await encoded('gzip', bytes)));
    expect(found).toMatchObject({
      response: null,
      failure: 'protocol-error',
      detail: 'The body of the response cannot be decompressed.',
    });
  });

  it.each([
    [MIB, false],
    [MIB + 1, true],
  ])('of %d bytes is cut: %j', async (size, isCut) => {
    const plain = await listeners.http((_, response) => response.end(Buffer.alloc(size, 'x')));
    const packed = await encoded('gzip', gzipSync(Buffer.alloc(size, 'x')));
    for (const server of [plain, packed]) {
      const { response } = await ask(at(server));
      expect(response).toMatchObject({ statusCode: 200, isCut });
      expect(response!.body).toHaveLength(MIB);
    }
  });

  it('is not read where nobody wants it, nor asked to be compressed', async () => {
    const server = await listeners.raw((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\nthe beginning'),
      );
    });
    const { response } = await ask(at(server), { readBody: false });
    expect(response).toMatchObject({ statusCode: 200, body: Buffer.alloc(0), isCut: false });
    expect(server.received).not.toMatch(/accept-encoding/i);
    await eventually(async () => server.open === 0);
  });

  it('is cut after a mebibyte, and the connection ended, where it has no end', async () => {
    const server = await listeners.http((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', more);
      more();
    });
    const growth = await growthDuring(async () => {
      const { response } = await ask(at(server));
      expect(response).toMatchObject({ isCut: true });
      expect(response!.body).toHaveLength(MIB);
    });
    expect(growth).toBeLessThan(64 * MIB);
    await eventually(async () => server.open === 0);
  });

  it('is cut after a mebibyte where it is a compression bomb, before the bomb is unpacked', async () => {
    let sent = 0;
    const server = await listeners.http((_, response) => {
      response.setHeader('Content-Encoding', 'gzip');
      const bomb = createGzip().on('data', (chunk: Buffer) => (sent += chunk.length));
      pipeline(zeros(200 * MIB), bomb, response, () => {});
    });
    const growth = await growthDuring(async () => {
      const { response } = await ask(at(server));
      expect(response).toMatchObject({ isCut: true });
      expect(response!.body.equals(Buffer.alloc(MIB))).toBe(true);
    });
    expect(growth).toBeLessThan(64 * MIB);
    // The whole of it takes 200 KiB on the wire.
    expect(sent).toBeLessThan(150_000);
    await eventually(async () => server.open === 0);
  });

  it('that comes in chunks of one byte takes little more memory than what is kept', async () => {
    const server = await listeners.raw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const chunks = Buffer.from('1\r\nx\r\n'.repeat(20_000));
        const more = () => {
          while (!socket.destroyed && socket.write(chunks));
        };
        socket.on('drain', more);
        more();
      });
    });
    const growth = await growthDuring(async () => {
      for (const { response } of await Promise.all(Array.from({ length: 4 }, () => ask(at(server))))) {
        expect(response).toMatchObject({ isCut: true });
        expect(response!.body.equals(Buffer.alloc(MIB, 'x'))).toBe(true);
      }
    });
    expect(growth).toBeLessThan(128 * MIB);
    await eventually(async () => server.open === 0);
  });

  it('that is many bombs at once takes little more memory than what is kept', async () => {
    const server = await encoded('gzip', gzipSync(Buffer.alloc(50 * MIB)));
    const growth = await growthDuring(() => Promise.all(Array.from({ length: 20 }, () => ask(at(server)))));
    expect(growth).toBeLessThan(20 * 8 * MIB);
  });

  it('that is compressed and never says anything is given up after 8 MiB', async () => {
    // An empty block of deflate, again and again: bytes come without end, and mean nothing.
    const head = Buffer.from('1f8b0800000000000003', 'hex');
    const empty = Buffer.from('000000ffff', 'hex');
    const server = await listeners.raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n');
      socket.write(head);
      const block = Buffer.concat(Array.from({ length: 1_000 }, () => empty));
      const more = () => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', more);
      more();
    });
    const growth = await growthDuring(async () => {
      expect(await ask(at(server))).toMatchObject({
        failure: 'protocol-error',
        detail: 'The body takes more than 8 MiB on the wire.',
      });
    });
    expect(growth).toBeLessThan(64 * MIB);
    await eventually(async () => server.open === 0);
  });
});
