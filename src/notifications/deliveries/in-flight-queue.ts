/** How much is sent, and held to be sent, at the same time. */
export interface Limits {
  /** In all channels together. */
  readonly sending: number;
  readonly sendingOfChannel: number;
  readonly held: number;
  readonly heldOfChannel: number;
}

interface Line<T> {
  readonly waiting: T[];
  sending: number;
  /** Sent, but what came of it is not recorded yet. */
  ending: number;
  isClosed: boolean;
}

/**
 * What this process has taken on and not finished, in a line for each channel. The channels take turns, and
 * one that is slow fills its own line only.
 */
export class InFlightQueue<T> {
  private readonly lines = new Map<string, Line<T>>();
  private held = 0;
  private sending = 0;

  constructor(private readonly limits: Limits) {}

  get isEmpty(): boolean {
    return this.held === 0;
  }

  /** How many more it takes. */
  get total(): number {
    return this.limits.held - this.held;
  }

  /** How many more of a channel it takes. */
  of(channelId: string): number {
    const line = this.lines.get(channelId);
    return line?.isClosed ? 0 : this.limits.heldOfChannel - sizeOf(line);
  }

  /** Whether it is worth asking for more of a channel: each time costs a transaction. */
  isLow(channelId: string): boolean {
    return this.of(channelId) * 2 >= this.limits.heldOfChannel;
  }

  /** The channels it takes no more of. */
  get full(): string[] {
    return [...this.lines.keys()].filter((channelId) => this.of(channelId) <= 0);
  }

  add(channelId: string, item: T): void {
    const line = this.lines.get(channelId) ?? { waiting: [], sending: 0, ending: 0, isClosed: false };
    this.lines.set(channelId, line);
    line.waiting.push(item);
    this.held += 1;
  }

  /** Takes the next one that may be sent now; undefined where none may. Each is ended with `sent` and then `done`. */
  next(): T | undefined {
    if (this.sending >= this.limits.sending) return undefined;
    for (const [channelId, line] of this.lines) {
      if (line.waiting.length === 0 || line.sending >= this.limits.sendingOfChannel) continue;
      this.lines.delete(channelId);
      this.lines.set(channelId, line);
      line.sending += 1;
      this.sending += 1;
      return line.waiting.shift();
    }
    return undefined;
  }

  /** Takes no more of a channel until all that was begun of it is done. Answers what waited. */
  close(channelId: string): T[] {
    const line = this.lines.get(channelId)!;
    line.isClosed = true;
    this.held -= line.waiting.length;
    return line.waiting.splice(0);
  }

  /** Another one may be sent in its place. */
  sent(channelId: string): void {
    const line = this.lines.get(channelId)!;
    line.sending -= 1;
    line.ending += 1;
    this.sending -= 1;
  }

  done(channelId: string): void {
    const line = this.lines.get(channelId)!;
    line.ending -= 1;
    this.held -= 1;
    if (sizeOf(line) === 0) this.lines.delete(channelId);
  }
}

const sizeOf = (line: Line<unknown> | undefined): number =>
  line ? line.waiting.length + line.sending + line.ending : 0;
