import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import type { EgressPolicy } from '../../egress/egress-policy.js';
import type { ProbeResult, ProbeRequest } from '../result/probe-result.js';
import { CLOSED, InFlight, abortedProbe } from './in-flight.js';
import type { ProberSetup } from './local-prober.js';
import { threadEnvironment } from './thread-environment.js';
import {
  type Begin,
  type WorkerCommand,
  REPORT_MS,
  type WorkerReport,
  type WorkerError,
} from './worker-messages.js';

/** What runs in a thread: the compiled file, for a worker cannot be started from TypeScript. */
export const WORKER = new URL('./prober.worker.js', import.meta.url);

const HEAP_MIB = 256;

/** Checks leave little behind, so a small nursery is collected as cheaply as a large one. */
const YOUNG_MIB = 8;

/** One that is silent for so long does not come back by itself. */
const MAX_SILENT_REPORTS = 15;

/** One that is silent for so long gets no more checks where another is not. */
const LATE_REPORTS = 2;

/** How long to wait before a new worker where one did not live long. */
const RESTART_MS = 1_000;

/** The thread ended before the check was done. */
export interface Lost {
  /** Whether that was what the thread was at work on when it ended. */
  readonly isSuspect: boolean;
  /** Whether another one was. */
  readonly isCleared: boolean;
}

export const isLost = (answer: ProbeResult | Lost): answer is Lost => 'isSuspect' in answer;

/** A worker thread that makes checks. */
export class ProberThread {
  private readonly logger = new Logger('Checks');
  private readonly checks = new InFlight<ProbeResult | Lost>();
  /** The number of the check that the worker is at work on. */
  private atWork = new Int32Array(new SharedArrayBuffer(4));
  private worker: Worker | null = null;
  private outbox: Array<readonly [id: number, probe: ProbeRequest]> = [];
  private reportedDelayMs = 0;
  private missedReports = 0;
  private isClosed = false;
  private restart: NodeJS.Timeout | undefined;
  private readonly watch: NodeJS.Timeout;

  constructor(
    private setup: ProberSetup,
    private readonly program: URL,
    /** Told when another thread has taken the place of one that ended. Left out: none does. */
    private readonly onUp?: () => void,
  ) {
    this.start();
    this.watch = setInterval(() => this.expectReport(), REPORT_MS).unref();
  }

  /** Whether the worker has said nothing for longer than it should: something may hold it for good. */
  get isSilent(): boolean {
    return this.missedReports > LATE_REPORTS;
  }

  /** Whether there is a worker to take checks. */
  get isUp(): boolean {
    return this.worker !== null;
  }

  get inFlight(): number {
    return this.checks.size;
  }

  /** What the worker said last, or for how long it has said nothing. */
  get delayMs(): number {
    return Math.max(this.reportedDelayMs, (this.missedReports - 1) * REPORT_MS);
  }

  probe(probe: ProbeRequest): Promise<ProbeResult | Lost> {
    const { id, finding } = this.checks.start();
    if (this.outbox.length === 0) setImmediate(() => this.send());
    this.outbox.push([id, probe]);
    return finding;
  }

  setPolicy(policy: EgressPolicy): void {
    this.setup = { ...this.setup, policy };
    this.worker?.postMessage({ policy } satisfies WorkerCommand);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.watch);
    clearTimeout(this.restart);
    this.checks.settleAll(() => abortedProbe(CLOSED));
    await this.worker?.terminate();
  }

  /** All that was asked for in this turn of the event loop, in one message. */
  private send(): void {
    const probes = this.outbox.splice(0);
    this.worker?.postMessage({ probes } satisfies WorkerCommand);
  }

  private start(): void {
    const began = performance.now();
    this.missedReports = 0;
    this.reportedDelayMs = 0;
    this.atWork = new Int32Array(new SharedArrayBuffer(4));
    this.worker = new Worker(this.program, {
      workerData: { setup: this.setup, atWork: this.atWork } satisfies Begin,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
      env: threadEnvironment(),
      name: 'checks',
    })
      .on('message', (message: WorkerReport | WorkerError) => {
        if ('trouble' in message) this.logger.error(message.trouble);
        else this.take(message);
      })
      .on('error', (error) => this.logger.error(error))
      .on('exit', () => this.replace(performance.now() - began));
    this.onUp?.();
  }

  private take({ findings, delayMs }: WorkerReport): void {
    this.missedReports = 0;
    this.reportedDelayMs = delayMs;
    for (const [id, probe] of findings) this.checks.settle(id, probe);
  }

  private replace(livedMs: number): void {
    this.worker = null;
    if (this.isClosed) return;
    this.logger.warn(`A thread ended with ${this.checks.size} checks in it, which are made again`);
    this.outbox = [];
    const suspect = this.atWork[0]!;
    const isKnown = this.checks.has(suspect);
    this.checks.settleAll((id) => ({ isSuspect: id === suspect, isCleared: isKnown && id !== suspect }));
    if (!this.onUp) return;
    if (livedMs > RESTART_MS) this.start();
    else this.restart = setTimeout(() => this.start(), RESTART_MS);
  }

  /** Counts turns of this thread's own loop, and not time: one that was stopped itself knows nothing of others. */
  private expectReport(): void {
    this.missedReports += 1;
    if (this.missedReports > MAX_SILENT_REPORTS) void this.worker?.terminate();
  }
}
