import { Worker } from 'node:worker_threads';
import type { HttpExchange } from '../../egress/exchange.js';
import type { ProbeResult, ProbeRequest } from '../result/probe-result.js';
import { CLOSED, abortedProbe } from './in-flight.js';
import { beyondMemory } from './probe-evaluator.js';
import { keep, MAX_KNOWN } from './regex-cache.js';
import { RoundRobin } from './round-robin.js';

const HEAP_MIB = 256;

/** What is to be judged. It can be sent to a worker thread. */
export interface Case {
  readonly probe: ProbeRequest;
  readonly exchange: HttpExchange;
  /** For how much of the exchange the thread that made it did nothing. */
  readonly stalledMs: number;
}

/** What a judge answers. */
export interface Evaluation {
  readonly probe: ProbeResult;
  /** Expressions that were compiled in no time, and how large their programs are. */
  readonly light: ReadonlyArray<readonly [pattern: string, size: number]>;
}

interface Waiting extends Case {
  readonly answer: (probe: ProbeResult) => void;
}

/**
 * Judges in a thread of its own, one case after the other and of each team one in turn: so nothing that a team has
 * judged holds up what others have checked. The thread is there from the first case on.
 *
 * A case that ends the thread is answered as one that cannot be judged, and the others go on in another.
 */
export class EvaluatorThread {
  private readonly waiting = new RoundRobin<Waiting>();
  private current: Waiting | null = null;
  private worker: Worker | null = null;
  private isClosed = false;
  private readonly light = new Map<string, number>();

  /** `program` is a compiled file. `onTrouble` is told of what should not happen. */
  constructor(
    private readonly program: URL,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** The instructions of the program of an expression that is compiled in no time; infinite where that is not known. */
  sizeOf = (pattern: string): number => this.light.get(pattern) ?? Infinity;

  /** Never rejects. */
  judge({ probe, exchange, stalledMs }: Case): Promise<ProbeResult> {
    return new Promise((answer) => {
      this.waiting.add(probe.teamId, { probe, exchange, stalledMs, answer });
      if (!this.current) this.next();
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.settle(abortedProbe(CLOSED));
    await this.worker?.terminate();
  }

  private next(): void {
    const next = this.waiting.next();
    if (!next) return;
    this.current = next;
    if (this.isClosed) return this.settle(abortedProbe(CLOSED));
    this.worker ??= this.start();
    this.post(this.worker, next);
  }

  private post(worker: Worker, { probe, exchange, stalledMs }: Case): void {
    const { response } = exchange;
    // The memory that the body is a part of would be copied whole.
    const body = new Uint8Array(response?.body ?? []);
    const sent = { ...exchange, response: response && { ...response, body } };
    worker.postMessage({ probe, exchange: sent, stalledMs }, [body.buffer]);
  }

  private settle(probe: ProbeResult): void {
    this.current?.answer(probe);
    this.current = null;
    this.next();
  }

  private start(): Worker {
    let hasBegun = false;
    return new Worker(this.program, {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
      env: {},
      name: 'judge',
    })
      .on('online', () => (hasBegun = true))
      .on('message', ({ probe, light }: Evaluation) => {
        for (const [pattern, size] of light) keep(this.light, pattern, size, MAX_KNOWN);
        this.settle(probe);
      })
      .on('error', this.onTrouble)
      .on('exit', () => {
        this.worker = null;
        if (!this.current) return;
        this.settle(
          hasBegun ? beyondMemory(this.current) : abortedProbe('No thread could be started to judge.'),
        );
      });
  }
}
