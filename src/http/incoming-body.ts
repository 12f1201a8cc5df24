import type { IncomingMessage } from 'node:http';
import { GrowingBuffer } from '../common/growing-buffer.js';

/** How large a request body may be, in bytes. */
export const BODY_LIMIT = 256 * 1024;

/**
 * In how many pieces it may come: chunks, or what one reading of the socket brings of it. Those of a full body that
 * is streamed in steps of 32 bytes are as many.
 */
export const MAX_PIECES = BODY_LIMIT / 32;

/** How much of the connection it may take, with the sizes and the extensions of its chunks. */
export const MAX_WIRE = 4 * BODY_LIMIT;

/** Why a body is not taken. */
export type BodyFault = 'too-large' | 'too-many-pieces';

type Taken = (error: Error | BodyFault | null, bytes: Buffer) => void;

const EMPTY = Buffer.alloc(0);

/**
 * The body of a request, copied into one piece of memory as it comes, whether anybody wants it or not: what Node holds
 * of it until it is wanted costs some hundred bytes a chunk. From the first fault on the rest is dropped.
 */
export class IncomingBody {
  private readonly memory: GrowingBuffer;
  private readonly begin: number;
  private pieces = 0;
  private taken: Taken | null = null;
  private outcome: Parameters<Taken> | null = null;

  constructor(private readonly request: IncomingMessage) {
    const declared = Number(request.headers['content-length'] ?? BODY_LIMIT);
    this.memory = new GrowingBuffer(Math.min(declared, BODY_LIMIT));
    this.begin = request.socket.bytesRead;
    if (declared > BODY_LIMIT) this.finish('too-large');
    request.on('data', (piece: Buffer) => this.take(piece));
    request.once('end', () => this.finish(null));
    request.on('error', (error) => this.finish(error));
  }

  /** Whether some of it is still to come. */
  get isUnfinished(): boolean {
    return hasBody(this.request) && !this.request.complete;
  }

  /** Whether no more of it is wanted, though more may come. */
  get isRefused(): boolean {
    return this.isUnfinished && this.outcome !== null;
  }

  /** Calls `taken` once the body is whole, or it is known that it is not to be had. */
  whenTaken(taken: Taken): void {
    if (this.outcome) taken(...this.outcome);
    else this.taken = taken;
  }

  private take(piece: Buffer): void {
    if (this.outcome) return;
    this.pieces += 1;
    const wire = this.request.socket.bytesRead - this.begin;
    if (this.pieces > MAX_PIECES || wire > MAX_WIRE) this.finish('too-many-pieces');
    else if (this.memory.length + piece.length > BODY_LIMIT) this.finish('too-large');
    else this.memory.append(piece);
  }

  private finish(error: Error | BodyFault | null): void {
    if (this.outcome) return;
    this.outcome = [error, error === null ? this.memory.bytes : EMPTY];
    if (this.isRefused) this.request.socket.pause();
    this.taken?.(...this.outcome);
  }
}

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const bodies = new WeakMap<IncomingMessage, IncomingBody>();

/** The body of `request`, which is read from the first time somebody asks for it. */
export function bodyOf(request: IncomingMessage): IncomingBody {
  let body = bodies.get(request);
  if (!body) bodies.set(request, (body = new IncomingBody(request)));
  return body;
}
