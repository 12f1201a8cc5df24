/** Collects items and hands them on together: when there are many, or some milliseconds after the first. */
export class Batch<T> {
  private items: T[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly flush: (items: T[]) => void,
    private readonly waitMs: number,
    private readonly most: number,
  ) {}

  add(item: T): void {
    this.items.push(item);
    if (this.items.length >= this.most) this.hand();
    else this.timer ??= setTimeout(() => this.hand(), this.waitMs);
  }

  private hand(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.flush(this.items.splice(0));
  }
}
