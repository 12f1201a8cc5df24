import { protocolError } from './failure.js';

const LF = 0x0a;
const CR = 0x0d;
const SEMICOLON = 0x3b;

const broken = protocolError('The chunks of the body are not as they say.');
const MAX_TRAILERS = 16_384;
const longTrailers = protocolError('The trailers of the response are larger than 16 KiB.');

/** Below it a copy costs less than asking for one. Bytes. */
const FEW = 32;

type State = 'size' | 'extension' | 'data' | 'data-end' | 'trailers' | 'done';

/** The value of a hexadecimal digit; -1 for anything else. */
function digit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/**
 * Takes the chunks out of a body (RFC 9112, 7.1). It works in the memory that it is given, so that the smallest
 * chunks cost no more of it than large ones. Lines may end with a line feed alone, and blanks stand around
 * a size. Extensions and trailers are skipped.
 */
export class ChunkedDecoder {
  private state: State = 'size';
  private size = 0;
  private digits = 0;
  private previous = 0;
  private trailerBytes = 0;
  /** Of the line of trailers that is being read. */
  private lineLength = 0;
  /** What is not as RFC 9112 has it, in one sentence; null where all is so far. */
  objection: string | null = null;

  get isDone(): boolean {
    return this.state === 'done';
  }

  /** Moves the content in `bytes` to their beginning. Answers how much that is, and how many bytes were read. Throws a `Failure`. */
  decode(bytes: Buffer): { readonly content: number; readonly read: number } {
    let content = 0;
    let at = 0;
    while (at < bytes.length && this.state !== 'done') {
      if (this.state === 'data') {
        const taken = Math.min(this.size, bytes.length - at);
        if (taken > FEW) bytes.copyWithin(content, at, at + taken);
        else for (let each = 0; each < taken; each++) bytes[content + each] = bytes[at + each]!;
        content += taken;
        at += taken;
        this.size -= taken;
        if (this.size === 0) this.state = 'data-end';
      } else this.step(bytes[at++]!);
    }
    return { content, read: at };
  }

  private step(byte: number): void {
    if (byte === LF) this.endLine();
    else if (this.state === 'size') this.takeSize(byte);
    else if (this.state === 'data-end') {
      if (byte !== CR || this.previous === CR) throw broken;
    } else if (this.state === 'trailers') {
      if (++this.trailerBytes > MAX_TRAILERS) throw longTrailers;
      if (byte !== CR) this.lineLength += 1;
    }
    this.previous = byte;
  }

  private takeSize(byte: number): void {
    const value = digit(byte);
    if (value >= 0 && this.previous !== CR && !this.isBlankAfterDigits) {
      this.size = this.size * 16 + value;
      this.digits += 1;
      if (this.size > Number.MAX_SAFE_INTEGER) throw broken;
    } else if (byte === SEMICOLON && this.digits > 0) this.state = 'extension';
    else if (byte === 0x20 || byte === 0x09) this.object('A chunk of the body has a blank beside its size.');
    else if (byte !== CR || this.digits === 0) throw broken;
  }

  private get isBlankAfterDigits(): boolean {
    return this.digits > 0 && (this.previous === 0x20 || this.previous === 0x09);
  }

  private endLine(): void {
    if (this.previous !== CR) this.object('A line among the chunks of the body ends with a line feed alone.');
    if (this.state === 'data-end') this.beginChunk();
    else if (this.state === 'trailers') {
      if (this.lineLength === 0) this.state = 'done';
      this.lineLength = 0;
    } else if (this.digits === 0) throw broken;
    else this.state = this.size === 0 ? 'trailers' : 'data';
  }

  private beginChunk(): void {
    this.state = 'size';
    this.size = 0;
    this.digits = 0;
  }

  private object(sentence: string): void {
    this.objection ??= sentence;
  }
}
