import type { Certificate, HttpExchange, InboundResponse, Phases } from './exchange.js';
import type { Failure } from './failure.js';
import type { Address } from './address.js';

/** What an exchange is waiting for. */
export type Stage = 'dns' | 'connect' | 'tls' | 'response' | 'body';

type Part = Exclude<keyof Phases, 'total'>;

interface Destroyable {
  destroy(): unknown;
}

/** Whole microseconds of an interval in milliseconds. */
const microseconds = (ms: number): number => Math.max(0, Math.round(ms * 1_000));

const nothing = (): Record<Part, number | null> => ({ dns: null, connect: null, tls: null, firstByte: null });

/** The course of an exchange, and what it holds open. */
export class Trace {
  stage: Stage = 'dns';
  address: Address | null = null;
  certificate: Certificate | null = null;
  /** What counts where no connection is made any more; null before one was tried. */
  connecting: (() => Failure) | null = null;
  /** How much of the body was read, after decompression. */
  bodyBytes = 0;
  private readonly beganAt = performance.now();
  /** When the stage began. */
  private lapAt = this.beganAt;
  private phases = nothing();
  private readonly held: Destroyable[] = [];
  private isOver = false;

  constructor(
    /** Called before each piece of what comes is worked on. */
    readonly atWork: () => void = () => {},
  ) {}

  /** How long the stage has lasted, in milliseconds. */
  get lap(): number {
    return performance.now() - this.lapAt;
  }

  /** How long the exchange has lasted, in milliseconds. */
  get elapsed(): number {
    return performance.now() - this.beganAt;
  }

  enter(stage: Stage): void {
    this.stage = stage;
    this.lapAt = performance.now();
  }

  /** Notes how long ago the stage began. */
  note(part: Part): void {
    this.phases[part] ??= microseconds(this.lap);
  }

  /** Has `thing` destroyed when this hop is over; at once when all is over. */
  hold<T extends Destroyable>(thing: T): T {
    this.held.push(thing);
    if (this.isOver) thing.destroy();
    return thing;
  }

  /** Forgets the hop but for its certificate. */
  nextHop(): void {
    this.release();
    this.phases = nothing();
    this.address = null;
    this.bodyBytes = 0;
    this.enter('dns');
  }

  /** Ends everything that is still open. */
  end(): void {
    this.isOver = true;
    this.release();
  }

  /** The last first: Node.js frees a TLS session whose connection is gone even while OpenSSL is at work in it, and crashes. */
  private release(): void {
    for (const thing of this.held.splice(0).toReversed()) thing.destroy();
  }

  answered(response: InboundResponse): HttpExchange {
    return { response, failure: null, detail: null, isInternalError: false, ...this.course() };
  }

  failed({ code, detail, isInternalError }: Failure): HttpExchange {
    return { response: null, failure: code, detail, isInternalError, ...this.course() };
  }

  private course(): Pick<HttpExchange, 'phases' | 'address' | 'certificate' | 'bodyBytes'> {
    const total = microseconds(this.elapsed);
    const { address, certificate, bodyBytes } = this;
    return { phases: { ...this.phases, total }, address, certificate, bodyBytes };
  }
}
