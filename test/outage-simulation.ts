import type { CheckError } from '../src/checks/result/probe-result.js';
import { isLost } from '../src/checks/scheduler/doubt.js';
import { PriorityQueue } from '../src/checks/scheduler/priority-queue.js';
import { MassFailureGuard } from '../src/checks/scheduler/mass-failure-guard.js';

export const SECOND = 1_000;
export const MINUTE = 60_000;

export interface Target {
  readonly id: string;
  readonly host: string;
  readonly interval: number;
  readonly address: string;
}

/** Monitors with a host each, or on the hosts given, spread over their interval. A host has one address. */
export const targets = (count: number, hosts = count, more: Partial<Target> = {}): Target[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${more.host ?? 'public'}_${i}`,
    host: `host_${i % hosts}.example`,
    interval: MINUTE,
    address: `93.184.${(i % hosts) >> 8}.${(i % hosts) & 255}`,
    ...more,
  }));

/** From when to when something is out of reach. */
export type Outage = readonly [from: number, to: number];
const NEVER: Outage = [Infinity, Infinity];

export interface World {
  readonly ourNetwork?: Outage;
  readonly internet?: Outage;
  readonly hosts?: Readonly<Record<string, Outage>>;
  /** What a check of an address that is out of reach ends with. */
  readonly error?: CheckError;
  /** Whether a host that is out of reach takes connections and then says nothing. */
  readonly connects?: boolean;
  /** How long a check lasts that gets no answer. */
  readonly failsAfter?: number;
  /** Whether those are checked at once that the guard asks for. */
  readonly asks?: boolean;
  /** When the process is replaced by another, that knows only what is stored. */
  readonly restartAt?: number;
  readonly until?: number;
}

export type Status = 'up' | 'down' | 'unknown';

interface Opened {
  readonly id: string;
  readonly host: string;
  readonly at: number;
  /** How many of its checks had failed. */
  readonly failures: number;
}

/** What is stored of a monitor. */
interface Shown {
  status: Status;
  doubtedSince: number | null;
  wasDoubted: boolean;
  failures: number;
  inconclusive: number;
  /** Since when all of its checks failed; null while they do not. */
  failingSince: number | null;
}

interface Event {
  readonly target: Target | null;
  readonly startedAt: number | null;
}

const RECHECK = 10 * SECOND;

/** Checks targets as the engine does, in a clock of its own. */
export class OutageSimulation {
  /** Which of them were believed to be down, in order. */
  readonly opened: Opened[] = [];
  /** Every change of what is shown. */
  readonly changes: Array<{ id: string; status: Status; at: number }> = [];
  /** For how long a monitor was shown to be up while all of its checks failed. */
  longestLie = 0;
  private readonly shown = new Map<string, Shown>();
  private readonly byId: ReadonlyMap<string, Target>;
  private readonly busy = new Set<string>();
  private readonly askedMeanwhile = new Set<string>();
  /** Of a target the next check by the grid, and one that was asked for; and ends of checks. */
  private readonly events = new PriorityQueue<Event>();
  private guard = new MassFailureGuard();

  constructor(
    private readonly all: readonly Target[],
    private readonly world: World,
  ) {
    this.byId = new Map(all.map((target) => [target.id, target]));
    all.forEach((target, i) => {
      const { id, interval } = target;
      this.shown.set(id, {
        status: 'up',
        doubtedSince: null,
        wasDoubted: false,
        failures: 0,
        inconclusive: 0,
        failingSince: null,
      });
      this.events.set(`grid ${id}`, (i / all.length) * Math.min(interval, MINUTE), {
        target,
        startedAt: null,
      });
    });
    this.guard.setActive(all.length);
    this.events.set('sweep', SECOND, { target: null, startedAt: null });
    if (world.restartAt !== undefined)
      this.events.set('restart', world.restartAt, { target: null, startedAt: null });
  }

  run(): this {
    for (let event = this.events.pop(); event !== undefined; event = this.events.pop()) {
      const { key, priority: now, value } = event;
      if (now > (this.world.until ?? 10 * MINUTE)) break;
      const { target, startedAt } = value;
      if (key === 'sweep') this.sweep(now);
      else if (key === 'restart') this.restart();
      else if (startedAt !== null) this.end(target!, startedAt, now);
      else this.begin(target!, now, key.startsWith('grid') ? key : null);
    }
    return this;
  }

  /** How many monitors are shown as what. */
  get statuses(): Partial<Record<Status, number>> {
    const counts: Partial<Record<Status, number>> = {};
    for (const { status } of this.shown.values()) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  private sweep(now: number): void {
    this.events.set('sweep', now + SECOND, { target: null, startedAt: null });
    for (const { id, interval } of this.all)
      if (isLost(this.shown.get(id)!.doubtedSince, interval, now)) this.show(id, 'unknown', now);
    for (const { status, failingSince } of this.shown.values())
      if (status === 'up' && failingSince !== null)
        this.longestLie = Math.max(this.longestLie, now - failingSince);
    if (now % RECHECK === 0) for (const id of this.guard.lookouts(now)) this.ask(id, now);
  }

  private restart(): void {
    this.guard = new MassFailureGuard();
    this.guard.setActive(this.all.length);
    for (const shown of this.shown.values()) shown.wasDoubted = shown.doubtedSince !== null;
  }

  private begin(target: Target, now: number, grid: string | null): void {
    if (grid !== null) this.events.set(grid, now + target.interval, { target, startedAt: null });
    if (this.busy.has(target.id)) return void (grid === null && this.askedMeanwhile.add(target.id));
    this.busy.add(target.id);
    const isQuick = this.reaches(target, now, now + 200) || this.world.error === 'connection-refused';
    const lasts = isQuick ? 200 : (this.world.failsAfter ?? 5 * SECOND);
    this.events.set(`end ${target.id}`, now + lasts, { target, startedAt: now });
  }

  private end(target: Target, startedAt: number, now: number): void {
    const { id, host, address } = target;
    this.busy.delete(id);
    const ok = this.reaches(target, startedAt, startedAt + 200);
    const shown = this.shown.get(id)!;
    const { error = 'timeout', connects = false } = this.world;
    const { isBelieved, ask } = this.guard.judge({
      monitorId: id,
      host,
      wasUp: shown.status !== 'down',
      wasDoubted: shown.wasDoubted,
      finding: {
        ok,
        error: ok ? null : error,
        statusCode: ok ? 200 : null,
        isInternalError: false,
        phases: { dns: 10, connect: ok || connects ? 50_000 : null, tls: null, firstByte: null, total: 0 },
        address: error === 'dns-failed' && !ok ? null : address,
      },
      startedAt,
      finishedAt: now,
    });
    shown.failures = ok ? 0 : shown.failures + 1;
    shown.failingSince = ok ? null : (shown.failingSince ?? now);
    if (this.world.asks !== false) for (const each of ask) this.ask(each, now);
    if (isBelieved) this.conclude(target, ok, now);
    else this.doubt(shown, target, now);
    if (this.askedMeanwhile.delete(id)) this.ask(id, now);
  }

  private conclude({ id, host }: Target, ok: boolean, at: number): void {
    const shown = this.shown.get(id)!;
    Object.assign(shown, { doubtedSince: null, wasDoubted: false, inconclusive: 0 });
    if (!ok && shown.status !== 'down') this.opened.push({ id, host, at, failures: shown.failures });
    this.show(id, ok ? 'up' : 'down', at);
  }

  private doubt(shown: Shown, target: Target, now: number): void {
    shown.doubtedSince ??= now;
    shown.inconclusive += 1;
    const delay = Math.min(target.interval / 2, RECHECK) * 2 ** (shown.inconclusive - 1);
    this.events.set(`asked ${target.id}`, now + delay, { target, startedAt: null });
  }

  private ask(id: string, now: number): void {
    this.events.set(`asked ${id}`, now + 1, { target: this.byId.get(id)!, startedAt: null });
  }

  private show(id: string, status: Status, at: number): void {
    const shown = this.shown.get(id)!;
    if (shown.status === status) return;
    shown.status = status;
    this.changes.push({ id, status, at });
  }

  private reaches({ host, address }: Target, start: number, end: number): boolean {
    const { ourNetwork = NEVER, internet = NEVER, hosts = {} } = this.world;
    const isOut = ([from, to]: Outage) => start < to && end >= from;
    if (isOut(ourNetwork) || isOut(hosts[host] ?? NEVER)) return false;
    return address.startsWith('10.') || !isOut(internet);
  }
}

export const watch = (all: readonly Target[], world: World) => new OutageSimulation(all, world).run();
