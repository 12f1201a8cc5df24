import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ProcessPauses } from '../scheduler/process-pauses.js';

const TICK_MS = 100;

/** How long one histogram of the event loop's delay is filled. */
const WINDOW_MS = 1_000;

/** Of how many the last are kept: longer than any check takes. */
const WINDOWS = 120;
const RESOLUTION_MS = 10;

/** A difference between the wall clock and the monotonic one that is a jump. */
const JUMP_MS = 1_000;

interface Window {
  readonly until: number;
  readonly p99: number;
}

/** Watches whether this process itself is well: its event loop, the time it stood still, its clocks. */
@Injectable()
export class ProcessHealth {
  private readonly logger = new Logger('Checks');
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly windows: Window[] = [];
  private pauses: ProcessPauses;
  private timer: NodeJS.Timeout | undefined;
  private windowBegan = 0;
  private drift = 0;

  constructor(private readonly clock: Clock) {
    this.pauses = new ProcessPauses(TICK_MS, Infinity);
  }

  start(): void {
    this.pauses = new ProcessPauses(TICK_MS, this.clock.monotonic());
    this.drift = this.driftNow();
    this.delay.enable();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  /** Whether the process stood still at some time since `began`. Monotonic milliseconds. */
  stoodStillSince(began: number): boolean {
    return this.pauses.overlaps(began, this.clock.monotonic());
  }

  /** 99th percentile of the event loop's delay, the worst second since `began`. Milliseconds. */
  loopDelaySince(began: number): number {
    let worst = this.currentDelay();
    for (let i = this.windows.length - 1; i >= 0 && this.windows[i]!.until >= began; i -= 1)
      worst = Math.max(worst, this.windows[i]!.p99);
    return worst;
  }

  /** Whether the wall clock jumped since this was asked last. */
  tookJump(): boolean {
    const drift = this.driftNow();
    const jump = drift - this.drift;
    if (Math.abs(jump) < JUMP_MS) return false;
    this.drift = drift;
    this.pauses.jumped(this.clock.monotonic());
    this.logger.warn(`The clock jumped by ${Math.round(jump)} ms: checks are planned anew`);
    return true;
  }

  private tick(): void {
    const now = this.clock.monotonic();
    const stood = this.pauses.tick(now);
    if (stood > WINDOW_MS)
      this.logger.warn(`The process stood still for ${Math.round(stood)} ms: checks of that time are void`);
    if (now - this.windowBegan >= WINDOW_MS) this.turnWindow(now);
  }

  private turnWindow(now: number): void {
    this.windows.push({ until: now, p99: this.currentDelay() });
    if (this.windows.length > WINDOWS) this.windows.shift();
    this.delay.reset();
    this.windowBegan = now;
  }

  /** Node measures how late its timers are; what it tells includes the interval between them. */
  private currentDelay(): number {
    const { count } = this.delay;
    return count === 0 ? 0 : Math.max(0, this.delay.percentile(99) / 1e6 - RESOLUTION_MS);
  }

  private driftNow(): number {
    return this.clock.now().getTime() - this.clock.monotonic();
  }
}
