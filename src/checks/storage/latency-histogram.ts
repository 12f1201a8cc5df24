/** Durations up to this many microseconds are not told apart. */
const LEAST = 50;
/** How much longer than its lower end a bucket's upper end is. */
const RATIO = 1.15;
const LOG_RATIO = Math.log(RATIO);
/** The bucket that 70 seconds fall into, more than a check may take. What is longer falls into it too. */
const LAST = Math.ceil(Math.log(70_000_000 / LEAST) / LOG_RATIO);

/** Bucket 0 ends with `LEAST`; bucket i begins after `LEAST * RATIO^(i-1)` and ends with `LEAST * RATIO^i`. */
const bucketOf = (us: number): number =>
  us <= LEAST ? 0 : Math.min(LAST, Math.ceil(Math.log(us / LEAST) / LOG_RATIO));

/** What is furthest from no duration of a bucket: the harmonic mean of its ends, off by 7 % at both. */
const middleOf = (bucket: number): number => (2 * LEAST * RATIO ** bucket) / (1 + RATIO);

const COLON = 58;
const COMMA = 44;
const ZERO = 48;

/**
 * How many durations there were of which length: buckets that each end 15 % above the one before. Quantiles from it are less
 * than 8 % off between 50 us and 70 s, however many histograms were merged.
 *
 * Its text is `bucket:count` of each bucket that is not empty, ascending: `12:3,15:1`.
 */
export class LatencyHistogram {
  /** By bucket; only as long as the highest bucket asks for. */
  private readonly counts: number[] = [];

  static parse(text: string): LatencyHistogram {
    const histogram = new LatencyHistogram();
    histogram.mergeText(text);
    return histogram;
  }

  /** How many durations it has. */
  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  add(us: number): void {
    this.increase(bucketOf(us), 1);
  }

  merge(other: LatencyHistogram): void {
    for (let bucket = 0; bucket < other.counts.length; bucket += 1)
      if (other.counts[bucket]! > 0) this.increase(bucket, other.counts[bucket]!);
  }

  /** The same for a histogram's text. Read by hand, because it is done on every check. */
  mergeText(text: string): void {
    let bucket = 0;
    let number = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === COMMA) {
        this.increase(bucket, number);
        number = 0;
      } else if (code === COLON) {
        bucket = number;
        number = 0;
      } else number = number * 10 + code - ZERO;
    }
    if (number > 0) this.increase(bucket, number);
  }

  /**
   * The duration that a share of `p` (0 to 1) of them does not exceed, by the nearest rank. Null where there are none.
   * `min` and `max` of the durations make it exact at both ends.
   */
  quantile(p: number, min: number, max: number): number | null {
    const { count } = this;
    if (count === 0) return null;
    let left = Math.max(1, Math.ceil(p * count));
    const bucket = this.counts.findIndex((each) => (left -= each) <= 0);
    return Math.round(Math.min(max, Math.max(min, middleOf(bucket))));
  }

  toString(): string {
    let text = '';
    for (let bucket = 0; bucket < this.counts.length; bucket += 1)
      if (this.counts[bucket]! > 0) text += `${text && ','}${bucket}:${this.counts[bucket]}`;
    return text;
  }

  private increase(bucket: number, by: number): void {
    while (this.counts.length <= bucket) this.counts.push(0);
    this.counts[bucket]! += by;
  }
}
