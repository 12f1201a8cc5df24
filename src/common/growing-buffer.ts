const FIRST = 16_384;

/** Bytes that come in pieces, in one piece of memory, however small they are. */
export class GrowingBuffer {
  private memory = Buffer.alloc(0);
  private used = 0;

  /** `most` bytes at most: what is beyond is dropped. */
  constructor(private readonly most: number) {}

  get length(): number {
    return this.used;
  }

  append(bytes: Buffer): void {
    const taken = Math.min(bytes.length, this.most - this.used);
    this.reserve(this.used + taken);
    bytes.copy(this.memory, this.used, 0, taken);
    this.used += taken;
  }

  /** Of the memory itself: it is good until something is appended. */
  get bytes(): Buffer {
    return this.memory.subarray(0, this.used);
  }

  private reserve(length: number): void {
    if (length <= this.memory.length) return;
    const grown = Buffer.allocUnsafe(Math.min(this.most, Math.max(FIRST, length, 2 * this.memory.length)));
    this.memory.copy(grown, 0, 0, this.used);
    this.memory = grown;
  }
}
