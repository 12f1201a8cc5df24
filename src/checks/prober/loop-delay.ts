/** How often it is asked how late the event loop is. */
const PERIOD_MS = 20;

const WINDOW_MS = 5_000;

/** Every thread is so late at times; only what is beyond counts as a stall. */
const GRACE_MS = 20;

interface Sample {
  readonly at: number;
  readonly lateMs: number;
}

/** Measures how late the event loop of this thread is: what it should have done, it did so much later. */
export class LoopDelay {
  private samples: Sample[] = [];
  private dueAt: number;
  private stalledBefore = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.dueAt = now() + PERIOD_MS;
    this.timer = setInterval(() => this.tick(), PERIOD_MS).unref();
  }

  /** The 99th percentile of the last five seconds, in milliseconds. */
  get p99Ms(): number {
    const delays = this.samples.map(({ lateMs }) => lateMs).sort((a, b) => a - b);
    return Math.max(delays[Math.ceil(delays.length * 0.99) - 1] ?? 0, this.lateMs);
  }

  /** For how many milliseconds nothing was done since this began. Only differences of it mean something. */
  get stalledMs(): number {
    return this.stalledBefore + beyondGrace(this.lateMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private get lateMs(): number {
    return Math.max(0, this.now() - this.dueAt);
  }

  private tick(): void {
    const at = this.now();
    const { lateMs } = this;
    this.stalledBefore += beyondGrace(lateMs);
    this.samples.push({ at, lateMs });
    while (this.samples[0]!.at < at - WINDOW_MS) this.samples.shift();
    this.dueAt = at + PERIOD_MS;
  }
}

const beyondGrace = (lateMs: number): number => Math.max(0, lateMs - GRACE_MS);
