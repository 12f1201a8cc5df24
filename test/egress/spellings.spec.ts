import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ask } from './egress.js';
import { Listeners } from './listeners.js';

const listeners = new Listeners();
afterEach(() => listeners.close());

const TEXT = 'a text that is long enough to be compressed, compressed, compressed';
const HEAD = 'HTTP/1.1 200 OK\r\n';

const bytesOf = (...parts: Array<string | Buffer>) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));

/** A response of `status`, `fields` and `body`, asked for leniently or strictly. */
async function read(bytes: Buffer, strictHttp = false) {
  const server = await listeners.saying(bytes);
  const { response, failure, detail } = await ask(`http://127.0.0.1:${server.port}/`, { strictHttp });
  return {
    status: response?.statusCode,
    headers: response?.headers,
    body: response?.body.toString(),
    failure,
    detail,
  };
}

const line = (number: number, fault: string) => `Line ${number} of the head of the response ${fault}.`;
const FEED = 'ends with a line feed alone, and not with CRLF';

describe('a response that is not as RFC 9112 has it', () => {
  it.each<[string, Buffer, string, Record<string, string>, string]>([
    [
      'bytes after its end',
      bytesOf(HEAD, 'Content-Length: 2\r\n\r\nok and more'),
      'ok',
      {},
      line(2, 'says Content-Length, and bytes follow after the body'),
    ],
    [
      'bytes after its last chunk',
      bytesOf(HEAD, 'Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore'),
      'ok',
      {},
      'Bytes follow after the complete response.',
    ],
    [
      'content that it must not have',
      bytesOf('HTTP/1.1 204 No Content\r\n\r\nbut some'),
      '',
      {},
      'Bytes follow after the complete response.',
    ],
    [
      'a line that is continued',
      bytesOf(HEAD, 'X-A: one\r\n  two\r\n\tthree\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      { 'x-a': 'one two three' },
      line(3, 'continues the one before it, which is obsolete'),
    ],
    [
      'a blank before a colon',
      bytesOf(HEAD, 'Content-Length : 2\r\nX-A\t: b\r\n\r\nok'),
      'ok',
      { 'content-length': '2', 'x-a': 'b' },
      line(2, 'has a blank before its colon'),
    ],
    [
      'line feeds alone',
      bytesOf('HTTP/1.1 200 OK\nX-A: b\nContent-Length: 2\n\nok'),
      'ok',
      { 'x-a': 'b' },
      line(1, FEED),
    ],
    ['a line feed alone at its end', bytesOf(HEAD, 'Content-Length: 2\r\n\nok'), 'ok', {}, line(3, FEED)],
    [
      'chunks that end with line feeds',
      bytesOf(HEAD, 'Transfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n'),
      'ok',
      {},
      'A line among the chunks of the body ends with a line feed alone.',
    ],
    [
      'blanks beside the size of a chunk',
      bytesOf(HEAD, 'Transfer-Encoding: chunked\r\n\r\n2  \r\nok\r\n0\r\n\r\n'),
      'ok',
      {},
      'A chunk of the body has a blank beside its size.',
    ],
    [
      'Content-Length beside chunks',
      bytesOf(HEAD, 'Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
      'ok',
      {},
      line(2, 'says Content-Length beside Transfer-Encoding'),
    ],
    [
      'Content-Length twice',
      bytesOf(HEAD, 'Content-Length: 2\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      {},
      line(3, 'says Content-Length once more'),
    ],
    [
      'Content-Length twice in one line',
      bytesOf(HEAD, 'Content-Length: 2, 2\r\n\r\nok'),
      'ok',
      {},
      line(2, 'says Content-Length once more'),
    ],
    [
      'chunked said twice',
      bytesOf(HEAD, 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
      'ok',
      {},
      line(3, 'says another Transfer-Encoding than chunked'),
    ],
    [
      'another coding of its transfer',
      bytesOf(HEAD, 'Transfer-Encoding: gzip, chunked\r\n\r\n', chunk(gzipSync(TEXT)), '0\r\n\r\n'),
      TEXT,
      {},
      line(2, 'says another Transfer-Encoding than chunked'),
    ],
    [
      'chunks in HTTP/1.0',
      bytesOf('HTTP/1.0 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
      'ok',
      { 'x-a': 'b' },
      line(3, 'says Transfer-Encoding, which HTTP/1.0 does not have'),
    ],
    [
      'deflate without the header of zlib',
      bytesOf(HEAD, 'X-A: b\r\nContent-Encoding: deflate\r\n\r\n', deflateRawSync(TEXT)),
      TEXT,
      { 'x-a': 'b' },
      line(3, 'says deflate, and the body has no header of zlib'),
    ],
    [
      'a value in UTF-8',
      bytesOf(HEAD, 'X-A: grün\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      { 'x-a': 'grün' },
      line(2, 'has a character in it that is not ASCII'),
    ],
    [
      'a value in Latin-1',
      bytesOf(HEAD, Buffer.from('X-A: gr\xfcn\r\n', 'latin1'), 'Content-Length: 2\r\n\r\nok'),
      'ok',
      { 'x-a': 'grün' },
      line(2, 'has a character in it that is not ASCII'),
    ],
    [
      'an empty line before it',
      bytesOf('\r\n', HEAD, 'Content-Length: 2\r\n\r\nok'),
      'ok',
      {},
      'The response begins with an empty line.',
    ],
    [
      'a status line without what follows the status',
      bytesOf('HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      {},
      line(1, 'is no status line of HTTP/1.1'),
    ],
    [
      'another version',
      bytesOf('HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      {},
      line(1, 'is no status line of HTTP/1.1'),
    ],
    [
      'a line that is no field',
      bytesOf(HEAD, 'what is this\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      {},
      line(2, 'is no header field'),
    ],
    [
      'a name that is none',
      bytesOf(HEAD, 'X (A): b\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      {},
      line(2, 'is no header field'),
    ],
    [
      'a carriage return within a line',
      bytesOf(HEAD, 'X-A: b\rc\r\nContent-Length: 2\r\n\r\nok'),
      'ok',
      {},
      line(2, 'has a control character in it'),
    ],
    [
      'gzip without its trailer',
      bytesOf(HEAD, 'Content-Encoding: gzip\r\n\r\n', gzipSync(TEXT).subarray(0, -8)),
      TEXT,
      {},
      line(2, 'says how the body is compressed, and the checksum at its end is missing'),
    ],
    [
      'gzip with half of its trailer',
      bytesOf(HEAD, 'Content-Encoding: gzip\r\n\r\n', gzipSync(TEXT).subarray(0, -3)),
      TEXT,
      {},
      line(2, 'says how the body is compressed, and the checksum at its end is missing'),
    ],
    [
      'gzip with a name and without its trailer',
      bytesOf(HEAD, 'Content-Encoding: gzip\r\n\r\n', named(gzipSync(TEXT)).subarray(0, -8)),
      TEXT,
      {},
      line(2, 'says how the body is compressed, and the checksum at its end is missing'),
    ],
    [
      'zlib without its checksum',
      bytesOf(HEAD, 'Content-Encoding: deflate\r\n\r\n', deflateSync(TEXT).subarray(0, -4)),
      TEXT,
      {},
      line(2, 'says how the body is compressed, and the checksum at its end is missing'),
    ],
  ])(
    'is read with %s as browsers read it, and refused by a strict monitor',
    async (_, bytes, body, headers, sentence) => {
      expect(await read(bytes)).toMatchObject({ failure: null, body, headers });
      expect(await read(bytes, true)).toEqual({ failure: 'protocol-error', detail: sentence });
    },
  );

  it('is refused with an informational response that is not, too', async () => {
    const bytes = bytesOf('HTTP/1.1 103 Early Hints\nLink: </a>\n\n', HEAD, 'Content-Length: 2\r\n\r\nok');
    expect(await read(bytes)).toMatchObject({ failure: null, body: 'ok' });
    expect(await read(bytes, true)).toMatchObject({ detail: line(1, FEED) });
  });
});

describe('a response that is as RFC 9112 has it', () => {
  it.each<[string, Buffer, string]>([
    ['of version 1.0', bytesOf('HTTP/1.0 200 OK\r\n\r\nok'), 'ok'],
    ['without a reason', bytesOf('HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok'), 'ok'],
    ['with blanks around values', bytesOf(HEAD, 'Content-Length:\t 2 \r\nX-Empty:\r\n\r\nok'), 'ok'],
    [
      'in chunks with extensions and trailers',
      bytesOf(HEAD, 'Transfer-Encoding: Chunked\r\n\r\n002;a="b"\r\nok\r\n0;c\r\nX-Sum: 1\r\n\r\n'),
      'ok',
    ],
    [
      'in several codings',
      bytesOf(HEAD, 'Content-Encoding: gzip, br\r\n\r\n', brotliCompressSync(gzipSync(TEXT))),
      TEXT,
    ],
    [
      'in codings of several lines',
      bytesOf(
        HEAD,
        'Content-Encoding: deflate\r\nContent-Encoding: gzip\r\n\r\n',
        gzipSync(deflateSync(TEXT)),
      ),
      TEXT,
    ],
    [
      'in several members of gzip',
      bytesOf(HEAD, 'Content-Encoding: gzip\r\n\r\n', gzipSync('one '), gzipSync('two')),
      'one two',
    ],
  ])('is read %s, strictly too', async (_, bytes, body) => {
    for (const strictHttp of [false, true])
      expect(await read(bytes, strictHttp)).toMatchObject({ failure: null, body });
  });

  it.each([1, 2, 3, 7, 64])('is the same in pieces of %d bytes', async (size) => {
    const whole = bytesOf(
      '\r\nHTTP/1.1 103 Early Hints\n\n',
      HEAD,
      'X-A: one\r\n two\r\nTransfer-Encoding: chunked\r\n\r\n',
      ...Array.from({ length: 40 }, (_, at) => chunk(Buffer.from(TEXT.slice(0, at + 1)))),
      '0\r\nX-Sum: 1\r\n\r\n',
    );
    const server = await listeners.raw((socket) => {
      socket.setNoDelay(true);
      const rest = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
        whole.subarray(at * size, (at + 1) * size),
      );
      const next = () => {
        const piece = rest.shift();
        if (piece) socket.write(piece, () => setImmediate(next));
      };
      socket.once('data', next);
    });
    const { response } = await ask(`http://127.0.0.1:${server.port}/`);
    const body = Array.from({ length: 40 }, (_, at) => TEXT.slice(0, at + 1)).join('');
    expect([response!.headers['x-a'], response!.body.toString()]).toEqual(['one two', body]);
  });
});

function chunk(content: Buffer): Buffer {
  return bytesOf(`${content.length.toString(16)}\r\n`, content, '\r\n');
}

/** `packed` with a file name in the header of gzip (RFC 1952, 2.3). */
function named(packed: Buffer): Buffer {
  const header = Buffer.from(packed.subarray(0, 10));
  header[3] = 8;
  return bytesOf(header, 'file.txt\0', packed.subarray(10));
}
