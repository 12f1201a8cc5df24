import { NewFailures } from './new-failures.js';

/** How far back it looks, in milliseconds. */
export const WINDOW = 60_000;

/** Fewer monitors than this turning bad are never suspicious. */
const LEAST = 10;

/** Nor is less than one in so many. */
const ONE_IN = 3;

/** Nor are fewer endpoints: their outage and ours look the same, and theirs is more likely. */
const LEAST_ENDPOINTS = 3;

/** A suspect that is heard of no more, because it was removed, is forgotten. */
const SUSPECT_KEPT = 600_000;
const SWEEP = 1_000;

interface Alarm {
  readonly raisedAt: number;
  readonly reason: string;
  /** When an answer came; Infinity before. What began earlier than that is still under suspicion. */
  endedAt: number;
}

interface Suspect {
  readonly since: number;
  heardOfAt: number;
}

/** Whether very many monitors fell silent within a minute, and which of them are not believed yet. */
export class MassFailureDetector {
  active = 0;
  private readonly bad = new NewFailures();
  /** When each monitor was checked last. */
  private readonly seen = new Map<string, number>();
  /** Heard of last, last. */
  private readonly suspects = new Map<string, Suspect>();
  private alarm: Alarm | null = null;
  private failedAt = -Infinity;
  private sweptAt = -Infinity;

  checked(monitorId: string, now: number): void {
    this.sweep(now);
    this.seen.set(monitorId, now);
  }

  /** A check got no answer, whether or not its monitor was down before. */
  failed(now: number): void {
    this.failedAt = now;
  }

  /** An answer came. Whether it ends an alarm: then every suspect can be told about by one more check. */
  answered(startedAt: number, now: number): boolean {
    const { alarm } = this;
    if (alarm === null || alarm.endedAt < Infinity || startedAt < alarm.raisedAt) return false;
    alarm.endedAt = now;
    return true;
  }

  turnedBad(monitorId: string, endpoint: string, now: number): void {
    this.bad.add(monitorId, endpoint, now);
  }

  /** It is not bad, or is known to be. */
  acquit(monitorId: string): void {
    this.bad.delete(monitorId);
    this.suspects.delete(monitorId);
  }

  /** Since when it is not believed to be bad; undefined where it is not suspected. */
  suspectedAt(monitorId: string): number | undefined {
    return this.suspects.get(monitorId)?.since;
  }

  suspect(monitorId: string, now: number): void {
    const since = this.suspects.get(monitorId)?.since ?? now;
    this.suspects.delete(monitorId);
    this.suspects.set(monitorId, { since, heardOfAt: now });
  }

  /** It is believed to be bad. */
  release(monitorId: string): void {
    this.suspects.delete(monitorId);
  }

  /** Those that are not believed, heard of longest ago first. */
  get suspectIds(): Iterable<string> {
    return this.suspects.keys();
  }

  /**
   * Whether one that turned bad just now, by what was asked at `askedAt`, is not to be believed: null
   * where it is. Those that turned bad before the alarm, and were believed, are suspects from then on as well;
   * where this raises it, they are answered.
   */
  trips(askedAt: number, now: number, hasAnswerSince: (time: number) => boolean): readonly string[] | null {
    if (this.alarm !== null && askedAt <= this.alarm.endedAt) return [];
    const reason = this.countedReason() ?? this.earlyReason(hasAnswerSince);
    if (reason === null) return null;
    this.alarm = { raisedAt: now, reason, endedAt: Infinity };
    const believed = [...this.bad.ids].filter((id) => !this.suspects.has(id));
    for (const id of believed) this.suspect(id, now);
    return believed;
  }

  /** Why one that turns bad is not believed; null where it is. */
  reason(now: number): string | null {
    this.sweep(now);
    if (this.alarm?.endedAt === Infinity) return this.alarm.reason;
    return this.countedReason();
  }

  private get isMany(): boolean {
    return this.bad.size >= LEAST && this.bad.endpoints >= LEAST_ENDPOINTS;
  }

  private countedReason(): string | null {
    const { size } = this.bad;
    if (!this.isMany || size * ONE_IN < this.active) return null;
    return `${size} of ${this.active} active monitors turned bad within a minute`;
  }

  /** An outage reaches monitors one after the other, as they come due: it is seen before a third is reached. */
  private earlyReason(hasAnswerSince: (time: number) => boolean): string | null {
    if (!this.isMany) return null;
    const { size, since } = this.bad;
    if (hasAnswerSince(since)) return null;
    const checked = [...this.seen.values()].filter((at) => at >= since).length;
    if (size * ONE_IN < checked) return null;
    return `${size} of the ${checked} monitors checked last turned bad, and no other answered since`;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP) return;
    this.sweptAt = now;
    this.bad.forgetBefore(now - WINDOW);
    for (const [id, at] of this.seen) if (at < now - WINDOW) this.seen.delete(id);
    for (const [id, { heardOfAt }] of this.suspects)
      if (heardOfAt < now - SUSPECT_KEPT) this.suspects.delete(id);
    if (this.failedAt < now - WINDOW) this.alarm = null;
  }
}
