import { ShardLeases } from '../src/checks/worker/shard-leases.js';
import type {
  TransactionalEffect,
  ObserverDecision,
  CheckResult,
} from '../src/checks/result/check-result.js';
import { CheckResultObservers } from '../src/checks/result/check-result-observers.js';
import type { ProbeResult } from '../src/checks/result/probe-result.js';
import { CheckStore } from '../src/checks/storage/check-store.js';
import { afterCheck } from '../src/checks/storage/monitor-state-transition.js';
import { ChangeFeed } from '../src/database/change-feed.js';
import { MonitorsRepository } from '../src/monitors/monitors.repository.js';
import type { TestApp } from './app.js';
import { bad, good } from './fake-prober.js';
import type { Person } from './given.js';
import { MINUTE } from './test-clock.js';

const versions = new WeakMap<TestApp, number>();

/** Has the features follow what was changed since the last time, as a process that makes checks does every second. */
export async function follow(app: TestApp): Promise<void> {
  const feed = app.get(ChangeFeed);
  const observers = app.get(CheckResultObservers);
  const known = versions.get(app);
  if (known === undefined) {
    versions.set(app, await feed.version());
    return observers.reload();
  }
  const { version, changed } = await feed.since(known);
  versions.set(app, version);
  await observers.applyChanges(changed);
}

/** Stores checks of one monitor as the engine does, without what observers make of them. */
export async function storeOutcomes(
  app: TestApp,
  results: readonly CheckResult[],
  effects: readonly TransactionalEffect[] = [],
): Promise<void> {
  const [monitor] = await app.get(MonitorsRepository).findByIds([results[0]!.monitorId]);
  const state = results.reduce((known, each) => afterCheck(known, each).state, monitor!.joined);
  const { epochs } = app.get(ShardLeases);
  await app.get(CheckStore).write({ results, skipped: [], states: [state], epochs, effects });
}

/** A monitor of which a test says what its checks found, one each minute. Whatever follows is stored as the engine does. */
export class Checked {
  private constructor(
    private readonly app: TestApp,
    readonly person: Person,
    readonly id: string,
  ) {}

  static async of(app: TestApp, person: Person, more: object = {}): Promise<Checked> {
    const url = 'https://api.example.com/health';
    const { body } = await person.api.post('/v1/monitors', { name: 'Checkout', url, ...more });
    const checked = new Checked(app, person, body.id);
    await checked.adopt();
    return checked;
  }

  /** A process takes it up: it knows nothing yet but what is stored. */
  async adopt(): Promise<void> {
    await follow(this.app);
    const observers = this.app.get(CheckResultObservers);
    observers.onUnassigned([this.id]);
    await observers.onAssigned(await this.app.get(MonitorsRepository).findByIds([this.id]));
  }

  /** A check for each character, a minute after the one before it: `x` for a bad one, `.` for a good one. */
  async history(checks: string, more: Partial<CheckResult> = {}): Promise<void> {
    for (const each of checks) await this.check(each === 'x' ? bad : good, more);
  }

  async check(finding: Partial<ProbeResult>, more: Partial<CheckResult> = {}): Promise<ObserverDecision> {
    this.app.clock.advance(MINUTE);
    await follow(this.app);
    const { observation, result } = this.observe(finding, more);
    await this.store(result, observation);
    return observation;
  }

  /** What is made of a check that is not stored yet. */
  observe(
    finding: Partial<ProbeResult>,
    more: Partial<CheckResult> = {},
  ): { observation: ObserverDecision; result: CheckResult } {
    const observers = this.app.get(CheckResultObservers);
    const at = this.app.clock.now().getTime();
    const result: CheckResult = {
      monitorId: this.id,
      teamId: this.person.teamId,
      dueAt: at,
      startedAt: at,
      trigger: 'scheduled',
      verdict: (finding.ok ?? true) ? 'ok' : 'failed',
      inMaintenance: observers.isInMaintenance(this.id, at),
      speaksForMs: MINUTE,
      probe: { ...good, ...finding },
      ...more,
    };
    const { effects, wantsConfirmation } = observers.observe(result);
    return { result, observation: { effect: effects[0] ?? null, wantsConfirmation } };
  }

  async store(result: CheckResult, { effect }: ObserverDecision): Promise<void> {
    await storeOutcomes(this.app, [result], effect ? [effect] : []);
  }

  /** The incidents of the monitor, newest first. */
  async incidents(query = ''): Promise<any[]> {
    const { body, text } = await this.person.api.get(`/v1/incidents?monitorId=${this.id}${query}`);
    if (!body.data) throw new Error(text);
    return body.data;
  }

  /** The newest of them, with its evidence. */
  async incident(): Promise<any> {
    const [{ id }] = await this.incidents();
    return (await this.person.api.get(`/v1/incidents/${id}`)).body;
  }

  async timeline(id?: string): Promise<any[]> {
    const incidentId = id ?? (await this.incidents())[0].id;
    return (await this.person.api.get(`/v1/incidents/${incidentId}/events`)).body.data;
  }
}
