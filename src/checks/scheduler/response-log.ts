/** Longer than a suspicion looks back and a check takes together. */
const KEPT = 180_000;

/** What is asked at once when an answer came must find it here, however many follow. */
const STEP = 100;
const WITNESSES = 16;

interface Answer {
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** When HTTP answers came: of each tenth of a second the first, and the one that began last. Times are milliseconds of one clock. */
export class ResponseLog {
  private readonly kept: Answer[] = [];
  /** The monitor that answered last of each of the hosts that answered last, latest last. */
  private readonly witnesses = new Map<string, string>();
  /** When the answer that began last began. */
  lastStart = -Infinity;

  note(monitorId: string, host: string, startedAt: number, finishedAt: number): void {
    this.lastStart = Math.max(this.lastStart, startedAt);
    this.witnesses.delete(host);
    this.witnesses.set(host, monitorId);
    if (this.witnesses.size > WITNESSES) this.witnesses.delete(this.witnesses.keys().next().value!);
    const step = Math.floor(finishedAt / STEP);
    const isOfStep = (answer: Answer | undefined) =>
      answer !== undefined && Math.floor(answer.finishedAt / STEP) === step;
    if (isOfStep(this.kept.at(-2))) {
      if (this.kept.at(-1)!.startedAt >= startedAt) return;
      this.kept.pop();
    }
    this.kept.push({ startedAt, finishedAt });
    while (this.kept[0]!.finishedAt < finishedAt - KEPT) this.kept.shift();
  }

  /** A monitor of the host failed: it is no witness any more. */
  forget(host: string): void {
    this.witnesses.delete(host);
  }

  /** The monitor that answered last, of the hosts that did not fail since; null without one. */
  witness(): string | null {
    return [...this.witnesses.values()].at(-1) ?? null;
  }

  /** Whether an answer began and ended between the two. */
  liesWithin(from: number, to: number): boolean {
    return this.kept.some(({ startedAt, finishedAt }) => startedAt >= from && finishedAt <= to);
  }
}
