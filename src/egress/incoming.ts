import type { Socket } from 'node:net';
import { connectionReset } from './failure.js';
import type { ResponseReader } from './response-reader.js';
import type { Trace } from './trace.js';

/** What can be asked to wait before it sends more. */
export interface Source {
  pause(): void;
  resume(): void;
}

/** What takes the content of a body. */
export interface Sink {
  /** It may pause `source`, which it then resumes. */
  write(content: Buffer, source: Source): void;
  end(): void;
  /** With an error of a socket or a `Failure`. */
  fail(error: unknown): void;
}

/** The response that comes over a connection, which carries nothing else. */
export class Incoming implements Source {
  private readonly early: Buffer[] = [];
  private sink: Sink | null = null;
  private isOver = false;
  private error: unknown = null;

  constructor(
    private readonly connection: Socket,
    private readonly reader: ResponseReader,
  ) {}

  /** The head; there is one when `begun` has resolved. */
  get head(): NonNullable<ResponseReader['head']> {
    return this.reader.head!;
  }

  /** Listens to the connection. Resolves when the head is there; rejects with an error of the socket or a `Failure`. */
  begun(trace: Trace): Promise<this> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.fail(error);
        reject(error);
      };
      this.connection
        .on('data', (bytes: Buffer) => {
          if (this.isOver) return;
          trace.note('firstByte');
          trace.atWork();
          try {
            this.take(bytes);
            if (this.reader.head) resolve(this);
          } catch (error) {
            fail(error);
          }
        })
        .on('error', fail)
        .on('end', () => {
          try {
            this.reader.end();
            this.finish();
          } catch (error) {
            fail(error);
          }
        })
        .on('close', () => fail(connectionReset));
    });
  }

  /** Gives the content of the body to `sink`, what came before first. */
  read(sink: Sink): void {
    this.sink = sink;
    for (const content of this.early.splice(0)) sink.write(content, this);
    if (this.error !== null) sink.fail(this.error);
    else if (this.isOver) sink.end();
  }

  pause(): void {
    this.connection.pause();
  }

  resume(): void {
    this.connection.resume();
  }

  private take(bytes: Buffer): void {
    const content = this.reader.take(bytes);
    if (content.length > 0) {
      if (this.sink) this.sink.write(content, this);
      else this.early.push(content);
    }
    if (this.reader.isComplete) this.finish();
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.sink?.end();
  }

  private fail(error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.error = error;
    this.sink?.fail(error);
  }
}
