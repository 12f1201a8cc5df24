import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  inflateRawSync,
} from 'node:zlib';
import { protocolError } from './failure.js';
import { GrowingBuffer } from '../common/growing-buffer.js';
import type { Sink, Source } from './incoming.js';
import { lineFault } from './response-head.js';
import { MAX_WIRE, tooMuchWire } from './response-reader.js';
import type { Trace } from './trace.js';

/** Bytes, after decompression. */
export const MAX_BODY = 1_048_576;

type Decoder = ReturnType<typeof createGunzip>;

const undecodable = protocolError('The body of the response cannot be decompressed.');
const withoutEnd = (line: number) =>
  protocolError(lineFault(line, 'says how the body is compressed, and the checksum at its end is missing'));
const withoutHeader = (line: number) =>
  protocolError(lineFault(line, 'says deflate, and the body has no header of zlib'));

const NAMES: Readonly<Record<string, 'gzip' | 'deflate' | 'br'>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
};

type Coding = (typeof NAMES)[string];

/** How many codings of one body are undone. */
const MAX_CODINGS = 4;

/**
 * The codings of a body in the order to undo them, given in the order they were applied: up to the first one
 * that is not known, whose outcome is left as it is.
 */
export function codingsToUndo(applied: readonly string[]): readonly Coding[] {
  const codings: Coding[] = [];
  for (const name of applied.filter((each) => each !== 'identity').toReversed()) {
    if (!Object.hasOwn(NAMES, name)) break;
    codings.push(NAMES[name]!);
  }
  if (codings.length > MAX_CODINGS) throw protocolError(`The body has more than ${MAX_CODINGS} codings.`);
  return codings;
}

/** `deflate` means zlib's format (RFC 9110, 8.4.1.2), yet some servers send what is inside of it only. */
const isZlib = (first: number): boolean => (first & 0x0f) === 8;

function decoderFor(coding: Coding, first: number): Decoder {
  if (coding === 'gzip') return createGunzip();
  if (coding === 'deflate') return isZlib(first) ? createInflate() : createInflateRaw();
  return createBrotliDecompress();
}

/**
 * Undoes one coding of a body as it comes, and gives what comes out to `next`. A compressed body whose
 * checksum at the end is missing is whole all the same: browsers do not look at it.
 */
export class Undoing implements Sink, Source {
  private decoder: Decoder | null = null;
  private first = 0;
  private taken = 0;
  /** What was compressed, as far as a body of the largest size can come of it. */
  private readonly compressed = new GrowingBuffer(MAX_BODY);

  constructor(
    private readonly coding: Coding,
    private readonly next: Sink,
    /** The line of the head that says the coding, where what is not as RFC 9110 has it is refused; null where it is not. */
    private readonly strictLine: number | null,
    private readonly trace: Trace,
  ) {}

  write(content: Buffer, source: Source): void {
    this.taken += content.length;
    if (this.taken > MAX_WIRE) return this.fail(tooMuchWire);
    if (this.coding !== 'br') this.compressed.append(content);
    const first = content[0]!;
    if (!this.decoder && this.strictLine !== null && this.coding === 'deflate' && !isZlib(first))
      return this.fail(withoutHeader(this.strictLine));
    this.decoder ??= this.open(first, source);
    if (!this.decoder.write(content)) source.pause();
  }

  end(): void {
    if (this.decoder) this.decoder.end();
    else this.next.end();
  }

  /** What comes out of what came before goes first. */
  fail(error: unknown): void {
    if (this.decoder) this.decoder.flush(() => this.next.fail(error));
    else this.next.fail(error);
  }

  pause(): void {
    this.decoder?.pause();
  }

  resume(): void {
    this.decoder?.resume();
  }

  private open(first: number, source: Source): Decoder {
    this.first = first;
    return this.trace
      .hold(decoderFor(this.coding, first))
      .on('data', (content: Buffer) => {
        this.trace.atWork();
        this.next.write(content, this);
      })
      .on('end', () => this.next.end())
      .on('error', (error: NodeJS.ErrnoException) => this.decide(error))
      .on('drain', () => source.resume());
  }

  private decide({ code }: NodeJS.ErrnoException): void {
    if (code === 'Z_BUF_ERROR' && this.isWholeButForItsEnd()) {
      if (this.strictLine !== null) this.next.fail(withoutEnd(this.strictLine));
      else this.next.end();
    } else this.next.fail(undecodable);
  }

  private isWholeButForItsEnd(): boolean {
    if (this.taken > this.compressed.length) return false;
    const { bytes } = this.compressed;
    const start = this.coding === 'gzip' ? endOfGzipHeader(bytes) : isZlib(this.first) ? 2 : 0;
    const content = bytes.subarray(start);
    try {
      const { engine } = inflateRawSync(content, {
        maxOutputLength: MAX_BODY,
        info: true,
      }) as unknown as Inflated;
      // Behind it there is less than what ends it: more would be another member, of which a part is missing.
      return content.length - engine.bytesWritten < (this.coding === 'gzip' ? GZIP_TRAILER : ZLIB_TRAILER);
    } catch {
      return false;
    }
  }
}

const GZIP_TRAILER = 8;
const ZLIB_TRAILER = 4;

/** With `info`: see zlib. */
interface Inflated {
  readonly engine: { readonly bytesWritten: number };
}

/** RFC 1952, 2.3. */
function endOfGzipHeader(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [8, 16]) if (flags & flag) at = bytes.indexOf(0, at) + 1;
  return flags & 2 ? at + 2 : at;
}
