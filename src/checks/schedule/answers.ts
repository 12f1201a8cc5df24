/** Longer than a suspicion looks back and a check takes together. */
const KEPT = 180_000;
const STEP = 1_000;
const WITNESSES = 3;

interface Answer {
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** When HTTP answers came: of each second the one that began last. Times are milliseconds of one clock. */
export class Answers {
  private readonly kept: Answer[] = [];
  private witnesses: string[] = [];
  /** When the answer that began last began. */
  lastStart = -Infinity;

  /** The monitor that answered last, of those that did not fail since; null without one. */
  get witness(): string | null {
    return this.witnesses[0] ?? null;
  }

  note(monitorId: string, startedAt: number, finishedAt: number): void {
    this.lastStart = Math.max(this.lastStart, startedAt);
    if (this.witnesses[0] !== monitorId) {
      this.forget(monitorId);
      this.witnesses = [monitorId, ...this.witnesses.slice(0, WITNESSES - 1)];
    }
    const last = this.kept.at(-1);
    if (last !== undefined && Math.floor(last.finishedAt / STEP) === Math.floor(finishedAt / STEP)) {
      if (last.startedAt >= startedAt) return;
      this.kept.pop();
    }
    this.kept.push({ startedAt, finishedAt });
    while (this.kept[0]!.finishedAt < finishedAt - KEPT) this.kept.shift();
  }

  /** It is no witness any more. */
  forget(monitorId: string): void {
    this.witnesses = this.witnesses.filter((each) => each !== monitorId);
  }

  /** Whether an answer began and ended between the two. */
  liesWithin(from: number, to: number): boolean {
    return this.kept.some(({ startedAt, finishedAt }) => startedAt >= from && finishedAt <= to);
  }
}
