import type { IncomingMessage } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { protocolError } from './failure.js';
import type { Trace } from './trace.js';

/** Bytes, after decompression. */
export const MAX_BODY = 1_048_576;

export interface Body {
  readonly body: Buffer;
  /** Whether there was more. */
  readonly isCut: boolean;
}

type Decoder = ReturnType<typeof createGunzip>;

const undecodable = protocolError('The body of the response cannot be decompressed.');

/** `deflate` means zlib's format (RFC 9110, 8.4.1.2), yet some servers send what is inside of it only. */
const inflate = (first: number): Decoder => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw());

/** By the one content coding of a response; null for none and for one that is not known, which is left as it is. */
function decoderFor(coding: string | undefined, first: number): Decoder | null {
  const name = coding?.trim().toLowerCase();
  if (name === 'gzip' || name === 'x-gzip') return createGunzip();
  if (name === 'deflate') return inflate(first);
  return name === 'br' ? createBrotliDecompress() : null;
}

/** Collects what it is given, up to the limit. */
class Collected {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  /** Whether more may come. */
  take(chunk: Buffer): boolean {
    const room = MAX_BODY - this.size;
    this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.size += chunk.length;
    return this.size <= MAX_BODY;
  }

  get body(): Body {
    return { body: Buffer.concat(this.chunks), isCut: this.size > MAX_BODY };
  }
}

/**
 * The body, decompressed as it comes, so that no more is held than is kept. Rejects with an error of the socket
 * or a `Failure`. What is over the limit is not read: the caller ends the connection.
 */
export function readBody(response: IncomingMessage, trace: Trace): Promise<Body> {
  const collected = new Collected();
  let decoder: Decoder | null | undefined;
  return new Promise((resolve, reject) => {
    const done = () => resolve(collected.body);
    const take = (chunk: Buffer) => {
      if (collected.take(chunk)) return;
      response.destroy();
      decoder?.destroy();
      done();
    };
    const open = (first: number) => {
      const opened = decoderFor(response.headers['content-encoding'], first);
      if (opened)
        trace
          .hold(opened)
          .on('data', take)
          .on('end', done)
          .on('error', () => reject(undecodable))
          .on('drain', () => response.resume());
      return opened;
    };
    response.on('data', (chunk: Buffer) => {
      if (decoder === undefined) decoder = open(chunk[0]!);
      if (!decoder) take(chunk);
      else if (!decoder.write(chunk)) response.pause();
    });
    response.on('end', () => (decoder ? decoder.end() : done()));
    response.on('error', reject);
    // What came with the head may have been wrong already.
    if (response.errored) reject(response.errored);
  });
}
