import { ChunkedDecoder } from './chunked.js';
import { connectionReset, protocolError } from './failure.js';
import { type Framed, framingOf } from './framing.js';
import { GrowingBuffer } from '../common/growing-buffer.js';
import { lineFault, parseHead, type ResponseHead } from './response-head.js';

/** Bytes. */
const MAX_HEAD = 16_384;
const MAX_INFORMATIONAL = 20;
/** A body of 1 MiB in chunks of one byte takes six. Bytes. */
export const MAX_WIRE = 8_388_608;

const tooLargeHead = protocolError('The head of the response is larger than 16 KiB.');
const notHttp = protocolError('The response is not HTTP.');
const unasked = protocolError('The response changes to a protocol that was not asked for.');
const endless = protocolError('The response has too many informational ones before it.');
export const tooMuchWire = protocolError('The body takes more than 8 MiB on the wire.');

const LF = 0x0a;
const CR = 0x0d;
const BEGINNING = 'http/';
const NOTHING = Buffer.alloc(0);

function beginningWith(bytes: Buffer): GrowingBuffer {
  const beginning = new GrowingBuffer(MAX_HEAD + 1);
  beginning.append(bytes);
  return beginning;
}

/**
 * Reads the one response of a connection, as its bytes come: lenient as browsers and curl are, or strict by RFC
 * 9112. What it costs is bounded by the bytes, however they are cut. Everything in it throws `Failure`s.
 */
export class ResponseReader {
  /** Null until it is complete. */
  head: (ResponseHead & Pick<Framed, 'codings'>) | null = null;
  isComplete = false;
  /** The beginning of a head. What is beyond its limit is kept in part, to be told from what is within. */
  private pending: GrowingBuffer | null = null;
  /** Empty lines before the head. */
  private skipped = 0;
  /** Where the end of the head is looked for. */
  private searched = 0;
  private informational = 0;
  private wire = 0;
  /** Of a body of known length; infinite where only the end of the connection tells. */
  private left = 0;
  /** Whether Content-Length tells the end of the body. */
  private hasLength = false;
  private chunks: ChunkedDecoder | null = null;

  constructor(
    private readonly method: string,
    private readonly isStrict: boolean,
  ) {}

  /** Takes bytes of the connection, which are its own from then on. Answers what of them is content of the body. */
  take(bytes: Buffer): Buffer {
    if (this.isComplete) return this.ignore(bytes);
    if (this.head) return this.takeBody(bytes);
    const rest = this.takeHead(bytes);
    return rest.length > 0 ? this.take(rest) : NOTHING;
  }

  /** The connection has ended. */
  end(): void {
    if (this.isComplete) return;
    if (!this.head || this.chunks || this.left !== Infinity) throw connectionReset;
    this.isComplete = true;
  }

  private takeHead(bytes: Buffer): Buffer {
    const before = this.pending?.length ?? 0;
    this.pending?.append(bytes);
    const all = this.pending?.bytes ?? bytes;
    this.expectBeginning(all);
    const end = this.endOfHead(all);
    if (end > MAX_HEAD || (end < 0 && all.length > MAX_HEAD)) throw tooLargeHead;
    if (end < 0) {
      this.pending ??= beginningWith(bytes);
      return NOTHING;
    }
    this.pending = null;
    this.searched = this.skipped = 0;
    this.begin(parseHead(all.subarray(0, end)));
    return bytes.subarray(end - before);
  }

  /** What is something else is told from HTTP at once, for it may say no more. */
  private expectBeginning(bytes: Buffer): void {
    let at = this.skipped;
    while (at < bytes.length && at < MAX_HEAD && (bytes[at] === CR || bytes[at] === LF)) at += 1;
    const beginning = bytes.toString('latin1', at, at + BEGINNING.length).toLowerCase();
    if (!BEGINNING.startsWith(beginning)) throw notHttp;
    this.skipped = at;
    this.searched = Math.max(this.searched, at);
  }

  /** Behind the empty line; -1 where it has not come. */
  private endOfHead(bytes: Buffer): number {
    for (;;) {
      const at = bytes.indexOf(LF, this.searched);
      if (at < 0) {
        this.searched = bytes.length;
        return -1;
      }
      this.searched = at;
      if (bytes[at + 1] === LF) return at + 2;
      if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
      if (at + 2 >= bytes.length) return -1;
      this.searched = at + 1;
    }
  }

  private begin(head: ResponseHead): void {
    const { statusCode } = head;
    this.refuse(head.objection);
    if (statusCode === 101) throw unasked;
    if (statusCode < 200) {
      if (++this.informational > MAX_INFORMATIONAL) throw endless;
      return;
    }
    const { framing, codings, objection } = framingOf(this.method, head);
    this.refuse(objection);
    this.head = { ...head, codings };
    if (framing.kind === 'chunked') this.chunks = new ChunkedDecoder();
    if (framing.kind === 'until-the-end') this.left = Infinity;
    this.hasLength = framing.kind === 'length';
    if (framing.kind === 'length') this.left = framing.length;
    this.isComplete = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0);
  }

  private takeBody(bytes: Buffer): Buffer {
    this.wire += bytes.length;
    if (this.wire > MAX_WIRE) throw tooMuchWire;
    const { content, read } = this.chunks ? this.chunks.decode(bytes) : this.takeLength(bytes);
    if (this.chunks) {
      this.refuse(this.chunks.objection);
      this.isComplete = this.chunks.isDone;
    }
    if (read < bytes.length) this.ignore(bytes.subarray(read));
    return bytes.subarray(0, content);
  }

  private takeLength(bytes: Buffer): { content: number; read: number } {
    const taken = Math.min(this.left, bytes.length);
    this.left -= taken;
    this.isComplete = this.left === 0;
    return { content: taken, read: taken };
  }

  /** What comes behind a complete response belongs to nobody: the connection is used for one. */
  private ignore(bytes: Buffer): Buffer {
    if (bytes.length > 0) this.refuse(this.rest);
    return NOTHING;
  }

  /** Whose end is told by a line of the head is named with it. */
  private get rest(): string {
    const line = this.hasLength ? this.head?.lines.get('content-length') : undefined;
    if (line === undefined) return 'Bytes follow after the complete response.';
    return lineFault(line, 'says Content-Length, and bytes follow after the body');
  }

  private refuse(objection: string | null): void {
    if (this.isStrict && objection !== null) throw protocolError(objection);
  }
}
