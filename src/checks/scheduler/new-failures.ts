interface TurnedBad {
  readonly first: number;
  last: number;
  endpoint: string;
}

/** The monitors that turned bad lately, oldest first, and at how many endpoints they are. */
export class NewFailures {
  private readonly byId = new Map<string, TurnedBad>();
  private readonly counts = new Map<string, number>();

  get size(): number {
    return this.byId.size;
  }

  get endpoints(): number {
    return this.counts.size;
  }

  get ids(): Iterable<string> {
    return this.byId.keys();
  }

  /** When the first of them turned bad. */
  get since(): number {
    const [oldest] = this.byId.values();
    return oldest?.first ?? Infinity;
  }

  add(monitorId: string, endpoint: string, now: number): void {
    const known = this.byId.get(monitorId);
    this.count(endpoint, 1);
    if (known === undefined) return void this.byId.set(monitorId, { first: now, last: now, endpoint });
    this.count(known.endpoint, -1);
    known.last = now;
    known.endpoint = endpoint;
  }

  delete(monitorId: string): void {
    const known = this.byId.get(monitorId);
    if (known === undefined) return;
    this.byId.delete(monitorId);
    this.count(known.endpoint, -1);
  }

  /** Forgets those that were not bad again since `time`. */
  forgetBefore(time: number): void {
    for (const [id, { last }] of this.byId) if (last < time) this.delete(id);
  }

  private count(endpoint: string, by: number): void {
    const count = (this.counts.get(endpoint) ?? 0) + by;
    if (count > 0) this.counts.set(endpoint, count);
    else this.counts.delete(endpoint);
  }
}
