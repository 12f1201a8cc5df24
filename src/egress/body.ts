import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { protocolError } from './failure.js';
import type { Trace } from './trace.js';

/** Bytes, after decompression. */
export const MAX_BODY = 1_048_576;
export const MAX_BEGINNING = 4_096;

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

/** Collects what it is given, up to a limit in bytes. */
class Collected {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly most: number) {}

  /** Whether more may come. */
  take(chunk: Buffer): boolean {
    const room = this.most - this.size;
    this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.size += chunk.length;
    return this.size <= this.most;
  }

  get body(): Body {
    return { body: Buffer.concat(this.chunks), isCut: this.size > this.most };
  }
}

/**
 * The body, decompressed as it comes, so that no more is held than is kept. Rejects with an error of the socket
 * or a `Failure`. What is over the limit is not read: the caller ends the connection.
 */
export const readBody = (response: IncomingMessage, trace: Trace): Promise<Body> =>
  collect(response, trace, new Collected(MAX_BODY));

/** The beginning of the body as far as it comes within `waitMs`, for people to look at. Never rejects. */
export async function readBeginning(response: IncomingMessage, trace: Trace, waitMs: number): Promise<Body> {
  const collected = new Collected(MAX_BEGINNING);
  const whatever = collect(response, trace, collected).catch(() => null);
  await Promise.race([whatever, wait(waitMs, null, { ref: false })]);
  return collected.body;
}

function collect(response: IncomingMessage, trace: Trace, collected: Collected): Promise<Body> {
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
