import { describe, expect, it } from '@jest/globals';
import { MAX_WIRE, ResponseReader } from './response-reader.js';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const PIECE = 65_536;

/** What reading `head`, and then `unit` without end, leads to. `most`: the longest that one piece took, in milliseconds. */
function flood(head: string, unit: string) {
  const reader = new ResponseReader('GET', false);
  const endless = unit.repeat(Math.ceil(PIECE / unit.length));
  let content = 0;
  let most = 0;
  try {
    content += reader.take(Buffer.from(head)).length;
    for (let sent = 0; sent <= 2 * MAX_WIRE && !reader.isComplete; sent += endless.length) {
      const piece = Buffer.from(endless);
      const began = performance.now();
      content += reader.take(piece).length;
      most = Math.max(most, performance.now() - began);
    }
    return { failure: null, content, most };
  } catch (error) {
    return { failure: (error as Error).message, content, most };
  }
}

const TOO_MUCH = 'The body takes more than 8 MiB on the wire.';
const TOO_LARGE = 'The head of the response is larger than 16 KiB.';

describe('ResponseReader', () => {
  it.each<[string, string, string, string]>([
    ['chunks of one byte', CHUNKED, '1\r\nx\r\n', TOO_MUCH],
    ['chunks with extensions', CHUNKED, `1;${'e'.repeat(60)}\r\nx\r\n`, TOO_MUCH],
    ['an extension', `${CHUNKED}1;`, 'e', TOO_MUCH],
    ['zeros before a size', CHUNKED, '0', TOO_MUCH],
    ['digits of a size', CHUNKED, 'f', 'The chunks of the body are not as they say.'],
    ['trailers', `${CHUNKED}0\r\n`, 'a:\r\n', 'The trailers of the response are larger than 16 KiB.'],
    ['a trailer', `${CHUNKED}0\r\n`, 'a', 'The trailers of the response are larger than 16 KiB.'],
    ['content', `${HEAD}\r\n`, 'x', TOO_MUCH],
    ['fields', HEAD, 'a:\r\n', TOO_LARGE],
    ['one field', HEAD, 'a', TOO_LARGE],
    ['lines that continue', `${HEAD}a: b\r\n`, ' c\r\n', TOO_LARGE],
    ['empty lines', '', '\r\n', 'The response is not HTTP.'],
    [
      'informational responses',
      '',
      'HTTP/1.1 103 Hints\r\n\r\n',
      'The response has too many informational ones before it.',
    ],
    [
      'informational responses with many fields',
      '',
      `HTTP/1.1 103 Hints\r\n${'a:\r\n'.repeat(4_000)}\r\n`,
      'The response has too many informational ones before it.',
    ],
  ])('bounds what %s without end cost', (_, head, unit, failure) => {
    const found = flood(head, unit);
    expect(found.failure).toBe(failure);
    // A piece is what comes between two turns of the event loop. It takes a millisecond or two.
    expect(found.most).toBeLessThan(250);
  });

  it.each([
    ['a run of blanks and lines that continue', `x: a${' '.repeat(9_000)}b\r\n${' c\n'.repeat(2_300)}`],
    ['runs of blanks', `${`x: a${' '.repeat(500)}b${' '.repeat(500)}\r\n`.repeat(15)}`],
    ['a name behind blanks', `${' '.repeat(15_000)}x: a\r\n`],
  ])('reads a head of 16 KiB with %s without end cost', (_, fields) => {
    const reader = new ResponseReader('GET', false);
    const head = Buffer.from(`HTTP/1.1 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`);
    expect(head.length).toBeLessThan(16_384);
    const began = performance.now();
    reader.take(head);
    expect(performance.now() - began).toBeLessThan(250);
    expect(reader.head!.statusCode).toBe(200);
  });

  it('reads a body of 1 MiB in chunks of one byte', () => {
    const reader = new ResponseReader('GET', false);
    reader.take(Buffer.from(CHUNKED));
    let content = 0;
    for (let at = 0; at < 1_048_576; at += 8_192)
      content += reader.take(Buffer.from('1\r\nx\r\n'.repeat(8_192))).length;
    reader.take(Buffer.from('0\r\n\r\n'));
    expect([content, reader.isComplete]).toEqual([1_048_576, true]);
  });

  it('keeps a head that comes byte by byte in one piece of memory', () => {
    const reader = new ResponseReader('GET', false);
    for (const byte of Buffer.from(`${HEAD}X-A: ${'b'.repeat(16_000)}\r\n\r\n`))
      reader.take(Buffer.from([byte]));
    expect(reader.head!.headers.get('x-a')).toHaveLength(16_000);
  });
});
