/** How far back it looks, in milliseconds. */
export const WINDOW = 60_000;
/** Fewer monitors than this turning bad are never suspicious. */
const LEAST = 10;
/** Nor is less than one in so many. */
const ONE_IN = 3;
/** A suspect that is heard of no more, because it was removed, is forgotten. */
const SUSPECT_KEPT = 600_000;
const SWEEP = 1_000;

interface Alarm {
  readonly raisedAt: number;
  readonly reason: string;
  /** When an answer came; Infinity before. What began earlier than that is still under suspicion. */
  endedAt: number;
}

interface TurnedBad {
  readonly first: number;
  last: number;
}

/** Whether very many monitors turned bad within a minute, and which of them are not believed yet. */
export class FailureWatch {
  active = 0;
  /** Oldest first. */
  private readonly bad = new Map<string, TurnedBad>();
  /** When each monitor was checked last. */
  private readonly seen = new Map<string, number>();
  private readonly suspects = new Map<string, number>();
  private alarm: Alarm | null = null;
  private failedAt = -Infinity;
  private sweptAt = -Infinity;

  checked(monitorId: string, now: number): void {
    this.sweep(now);
    this.seen.set(monitorId, now);
  }

  /** A check failed without an answer, whether or not its monitor was down before. */
  failed(now: number): void {
    this.failedAt = now;
  }

  /** An answer came. */
  answered(startedAt: number, now: number): void {
    const { alarm } = this;
    if (alarm !== null && startedAt >= alarm.raisedAt) alarm.endedAt = Math.min(alarm.endedAt, now);
  }

  turnedBad(monitorId: string, now: number): void {
    const known = this.bad.get(monitorId);
    if (known === undefined) this.bad.set(monitorId, { first: now, last: now });
    else known.last = now;
  }

  /** It is not bad, or has been down for long. */
  acquit(monitorId: string): void {
    this.bad.delete(monitorId);
    this.suspects.delete(monitorId);
  }

  /** Since when it is not believed to be bad; undefined where it is not suspected. */
  suspectedAt(monitorId: string): number | undefined {
    return this.suspects.get(monitorId);
  }

  suspect(monitorId: string, now: number): void {
    if (!this.suspects.has(monitorId)) this.suspects.set(monitorId, now);
  }

  /** It is believed to be bad. */
  release(monitorId: string): void {
    this.suspects.delete(monitorId);
  }

  /** Whether one that turned bad just now, by a check that began at `startedAt`, is not to be believed. */
  trips(startedAt: number, now: number, hasAnswerSince: (time: number) => boolean): boolean {
    if (this.alarm !== null && startedAt <= this.alarm.endedAt) return true;
    const reason = this.countedReason() ?? this.earlyReason(hasAnswerSince);
    if (reason !== null) this.alarm = { raisedAt: now, reason, endedAt: Infinity };
    return reason !== null;
  }

  /** Why one that turns bad is not believed; null where it is. */
  reason(now: number): string | null {
    this.sweep(now);
    if (this.alarm?.endedAt === Infinity) return this.alarm.reason;
    return this.countedReason();
  }

  private countedReason(): string | null {
    const { size } = this.bad;
    if (size < LEAST || size * ONE_IN < this.active) return null;
    return `${size} of ${this.active} active monitors turned bad within a minute`;
  }

  /** An outage reaches monitors one after the other, as they come due: it is seen before a third is reached. */
  private earlyReason(hasAnswerSince: (time: number) => boolean): string | null {
    const { size } = this.bad;
    if (size < LEAST) return null;
    const [oldest] = this.bad.values();
    const { first } = oldest!;
    if (hasAnswerSince(first)) return null;
    const checked = [...this.seen.values()].filter((at) => at >= first).length;
    if (size * ONE_IN < checked) return null;
    return `${size} of the ${checked} monitors checked last turned bad, and no other answered since`;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP) return;
    this.sweptAt = now;
    for (const [id, { last }] of this.bad) if (last < now - WINDOW) this.bad.delete(id);
    for (const [id, at] of this.seen) if (at < now - WINDOW) this.seen.delete(id);
    for (const [id, at] of this.suspects) if (at < now - SUSPECT_KEPT) this.suspects.delete(id);
    if (this.failedAt < now - WINDOW) this.alarm = null;
  }
}
