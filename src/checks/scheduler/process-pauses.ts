interface Span {
  readonly from: number;
  to: number;
}

/** How much later than planned a tick may come. */
const TOLERANCE = 250;

/** Longer than any check is in flight. */
const KEPT = 180_000;

/**
 * The times in which this process stood still: blocked, stopped by a signal, starved of processor time, or
 * asleep with its machine. A check that overlaps one tells nothing. All times are milliseconds of a
 * monotonic clock; somebody calls `tick` every `period`.
 */
export class ProcessPauses {
  private readonly spans: Span[] = [];

  constructor(
    private readonly period: number,
    private lastTick: number,
  ) {}

  /** Answers how long the process stood still since the last tick, 0 when it did not. */
  tick(now: number): number {
    const gap = now - this.lastTick;
    const isLate = this.isLate(now);
    if (isLate) this.note(this.lastTick, now);
    this.lastTick = Math.max(this.lastTick, now);
    return isLate ? gap - this.period : 0;
  }

  /**
   * The wall clock jumped while the monotonic one did not: the machine may have slept, whose time the
   * monotonic clock of Linux does not count. Everything in flight is void.
   */
  jumped(now: number): void {
    this.note(this.lastTick, now);
    this.lastTick = Math.max(this.lastTick, now);
  }

  /**
   * Whether the process stood still at some time of `from` to `to`, which is now. After a standstill the end
   * of a check may be seen before the late tick is: a tick that is missing counts.
   */
  overlaps(from: number, to: number): boolean {
    if (this.isLate(to)) return true;
    return this.spans.some((span) => span.from <= to && span.to >= from);
  }

  private isLate(now: number): boolean {
    return now - this.lastTick > this.period + TOLERANCE;
  }

  private note(from: number, to: number): void {
    while (this.spans.length > 0 && this.spans[0]!.to < to - KEPT) this.spans.shift();
    const last = this.spans.at(-1);
    if (last !== undefined && last.to >= from) last.to = Math.max(last.to, to);
    else this.spans.push({ from, to });
  }
}
