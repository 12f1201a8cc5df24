import { setTimeout as wait } from 'node:timers/promises';
import { codingsToUndo, MAX_BODY, Undoing } from './content-coding.js';
import { listOf } from './framing.js';
import { GrowingBuffer } from '../common/growing-buffer.js';
import type { Incoming, Sink } from './incoming.js';
import type { Trace } from './trace.js';

const MAX_BEGINNING = 4_096;

export interface Body {
  readonly body: Buffer;
  /** Whether there was more. */
  readonly isCut: boolean;
}

/** Collects what it is given, up to a limit in bytes. */
class Collected {
  private readonly memory: GrowingBuffer;
  private isCut = false;

  constructor(private readonly most: number) {
    this.memory = new GrowingBuffer(most);
  }

  /** Whether more may come. */
  take(content: Buffer): boolean {
    this.isCut ||= content.length > this.most - this.memory.length;
    this.memory.append(content);
    return !this.isCut;
  }

  get length(): number {
    return this.memory.length;
  }

  get body(): Body {
    return { body: this.memory.bytes, isCut: this.isCut };
  }
}

/**
 * The body, decompressed as it comes, so that no more is held than is kept. Rejects with an error of the socket
 * or a `Failure`. What is over the limit is not read: the caller ends the connection.
 */
export const readBody = (response: Incoming, isStrict: boolean, trace: Trace): Promise<Body> =>
  collect(response, new Collected(MAX_BODY), isStrict, trace);

/** The beginning of the body as far as it comes within `waitMs`, for people to look at. Never rejects. */
export async function readBeginning(response: Incoming, trace: Trace, waitMs: number): Promise<Body> {
  const collected = new Collected(MAX_BEGINNING);
  const whatever = collect(response, collected, false, trace).catch(() => null);
  await Promise.race([whatever, wait(waitMs, null, { ref: false })]);
  return collected.body;
}

function collect(response: Incoming, collected: Collected, isStrict: boolean, trace: Trace): Promise<Body> {
  return new Promise((resolve, reject) => {
    const done = () => resolve(collected.body);
    const last: Sink = {
      write: (content, source) => {
        const mayGoOn = collected.take(content);
        trace.bodyBytes = collected.length;
        if (mayGoOn) return;
        source.pause();
        done();
      },
      end: done,
      fail: reject,
    };
    response.read(undo(response, last, isStrict, trace));
  });
}

/** What undoes the codings of the body of `response`, and gives what comes out to `last`. */
function undo(response: Incoming, last: Sink, isStrict: boolean, trace: Trace): Sink {
  const { codings, headers, lines } = response.head;
  // What is strict has no codings of the transfer.
  const strictLine = isStrict ? (lines.get('content-encoding') ?? 1) : null;
  const applied = [...listOf(headers.get('content-encoding')), ...codings];
  return codingsToUndo(applied).reduceRight<Sink>(
    (next, coding) => new Undoing(coding, next, strictLine, trace),
    last,
  );
}
