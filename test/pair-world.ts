import { ActiveRules } from '../src/alert-rules/active-rules.js';
import { extend, noStreak, signalOf, type Streak } from '../src/alert-rules/streak.js';
import { ShardLeases } from '../src/checks/worker/shard-leases.js';
import type { CheckResult as CheckOutcome } from '../src/checks/result/check-result.js';
import { CheckResultObservers } from '../src/checks/result/check-result-observers.js';
import { CheckStore } from '../src/checks/storage/check-store.js';
import { afterCheck } from '../src/checks/storage/monitor-state-transition.js';
import type { HttpExchange, OutboundRequest } from '../src/egress/exchange.js';
import { RuleStateRegistry } from '../src/incidents/evaluation/rule-state-registry.js';
import { RuleStateRestorer } from '../src/incidents/evaluation/rule-state-restorer.js';
import { RuleEvaluator } from '../src/incidents/evaluation/rule-evaluator.js';
import { PendingTransitions } from '../src/incidents/evaluation/pending-transition.js';
import { AddressConfirmations } from '../src/notifications/recipients/address-confirmations.js';
import type { Message as Told, Question } from '../src/notifications/senders/message.js';
import type { AttemptResult } from '../src/notifications/deliveries/attempt-result.js';
import { MonitorsRepository } from '../src/monitors/monitors.repository.js';
import type { TestApp } from './app.js';
import { follow } from './checked.js';
import { press } from './confirmation-link.js';
import { bad, good } from './fake-prober.js';
import type { Person } from './given.js';
import { drain, Outgoing } from './outgoing.js';
import { HOUR, MINUTE } from './test-clock.js';

export type Event =
  | 'bad'
  | 'good'
  | 'inconclusive'
  /** A check is made, and the process dies before it is stored. */
  | 'lost'
  | 'crash'
  /** The other of two workers takes the monitor over. */
  | 'hand-over'
  /** Nothing is checked for some hours; messages go on. */
  | 'hours'
  | 'person'
  | 'first-away'
  | 'first-up'
  /** The receiver takes messages, and answers that it failed. */
  | 'second-unsure'
  | 'second-up'
  | 'third-gone'
  | 'reactivate'
  | 'both-up'
  | 'second-paused'
  | 'second-active'
  /** The rule tells the channel that is an e-mail address, or does not any more. */
  | 'mail-joins'
  | 'mail-leaves'
  | 'mail-confirms'
  /** It gets another address, which is to be confirmed. */
  | 'mail-moves'
  | 'rule-off'
  | 'rule-on';

export interface Settings {
  readonly triggerAfter: number;
  readonly resolveAfter: number;
  readonly cooldownSeconds: number;
}

interface Message {
  readonly id: string;
  readonly at: number;
  readonly word: 'failing' | 'unstable' | 'good';
}

/** A receiver, and what it heard in that order. */
class Ear {
  reply: 'up' | 'away' | 'unsure' | 'gone' = 'up';
  /** Whether it is active and confirmed. */
  isReachable = true;
  /** Whether the rule tells it. */
  isOfRule = true;
  /** When people did what it may hear one message more for: had it be reached, or took the rule away. */
  readonly extras: number[] = [];
  readonly heard: Message[] = [];
  constructor(readonly outgoing: Outgoing) {}
}

const WORDS: Readonly<Record<string, Message['word']>> = {
  'incident.created': 'failing',
  'incident.reopened': 'unstable',
  'incident.resolved': 'good',
};
const STATUSES = { up: 204, away: 503, unsure: 500, gone: 410 };

/** One rule and monitor, two workers, three webhooks and an e-mail address; and beside them how it should be. */
export class PairWorld {
  /** Whose receivers messages go to. */
  static current: PairWorld;
  readonly faults: string[] = [];
  private readonly log: string[] = [];
  private streak: Streak = noStreak;
  private state: 'failing' | 'good' = 'good';
  /** Since when the state has been known to be this; null while it is not. */
  private knownSince: number | null;
  private workers: [RuleEvaluator, RuleEvaluator];
  private isRuleOn = true;
  /** Whether the state follows from checks since the rule was on again: what it counts from before is not known here. */
  private isSure = true;
  private addresses = 0;
  /** Of the last e-mail that asked. */
  private token: string | null = null;

  private constructor(
    private readonly app: TestApp,
    private readonly person: Person,
    private readonly rule: Settings & { readonly id: string },
    private readonly monitorId: string,
    private readonly ears: readonly [Ear, Ear, Ear, Ear],
  ) {
    this.workers = [this.newWorker(), this.newWorker()];
    this.knownSince = this.now;
  }

  static async of(app: TestApp, person: Person, rule: Settings): Promise<PairWorld> {
    const { api } = person;
    const [{ id: first }] = (await api.get('/v1/alert-rules')).body.data;
    await api.delete(`/v1/alert-rules/${first}`);
    const monitor = await api.post('/v1/monitors', { name: 'Checkout', url: 'https://api.example.com/' });
    const ears: Ear[] = [];
    for (let i = 0; i < 3; i += 1)
      ears.push(new Ear(await Outgoing.to(app, person, `https://hooks.example.com/${i}`)));
    const monitorIds = [monitor.body.id];
    const channelIds = ears.map(({ outgoing }) => outgoing.id);
    const mail = new Ear(await Outgoing.to(app, person, { type: 'email', address: 'mail-0@example.net' }));
    mail.isReachable = mail.isOfRule = false;
    const scope = { scope: 'monitors', monitorIds, channelIds };
    const name = monitor.body.id;
    const made = await api.post('/v1/alert-rules', { name, condition: 'check-failed', ...rule, ...scope });
    if (made.status !== 201) throw new Error(made.text);
    const all = [...(ears as [Ear, Ear, Ear]), mail] as const;
    const world = new PairWorld(app, person, { ...rule, id: made.body.id }, monitor.body.id, all);
    PairWorld.current = world;
    await world.takeUp();
    return world;
  }

  async happen(event: Event): Promise<void> {
    this.log.push(event);
    const [first, second, third, mail] = this.ears;
    switch (event) {
      case 'bad':
      case 'good':
      case 'inconclusive':
        return this.check(event, true);
      case 'lost':
        await this.check('bad', false);
        return this.takeUp();
      case 'crash':
        return this.takeUp();
      case 'hand-over':
        this.workers = [this.workers[1], this.workers[0]];
        return this.takeUp();
      case 'hours':
        return this.pass(3);
      case 'person':
        return this.resolve();
      case 'first-away':
      case 'first-up':
        first.reply = event === 'first-up' ? 'up' : 'away';
        return;
      case 'second-unsure':
      case 'second-up':
        second.reply = event === 'second-up' ? 'up' : 'unsure';
        return;
      case 'third-gone':
        third.reply = 'gone';
        return;
      case 'reactivate':
        return this.reactivate();
      case 'both-up':
        first.reply = second.reply = 'up';
        return;
      case 'second-paused':
      case 'second-active':
        return this.activate(second, event === 'second-active');
      case 'mail-joins':
      case 'mail-leaves':
        return this.link(mail, event === 'mail-joins');
      case 'mail-confirms':
        return this.confirm(mail);
      case 'mail-moves':
        return this.move(mail);
      case 'rule-off':
      case 'rule-on':
        return this.turnRule(event === 'rule-on');
    }
  }

  /** All receivers are back, what waited is sent, and it stays as it is until everybody must know. */
  async settle(): Promise<void> {
    const back = [
      'both-up',
      'reactivate',
      'second-active',
      'rule-on',
      'mail-joins',
      'mail-confirms',
    ] as const;
    for (const event of [...back, 'hours', 'hours', 'hours'] as const) await this.happen(event);
    const rest = this.state === 'failing' ? 'bad' : 'good';
    for (let i = 0; i < 3; i += 1) await this.happen(rest);
    for (let i = 0; i < 3; i += 1) await this.happen('good');
    const minutes = this.rule.cooldownSeconds / 60;
    for (let i = 0; i <= minutes; i += 1) await this.happen('good');
    for (const { heard } of this.ears)
      if ((heard.at(-1)?.word ?? 'good') !== 'good') this.fault('is never told that it is over');
  }

  expectFewMessages(): void {
    for (const { heard, extras } of this.ears) {
      const messages = [...new Map(heard.map((message) => [message.id, message])).values()];
      for (const { at } of messages) {
        const end = at + this.rule.cooldownSeconds * 1000;
        const count = messages.filter((each) => each.at >= at && each.at < end).length;
        const extra = extras.filter((each) => each >= at && each < end).length;
        if (count > 3 + extra) this.fault(`hears ${count} messages in a cooldown`);
      }
    }
  }

  async receive({ url, body, headers }: OutboundRequest): Promise<HttpExchange> {
    const ear = this.ears[Number(url.slice(-1))]!;
    const { type, timestamp } = JSON.parse(body as string);
    const id = headers.find(([name]) => name === 'webhook-id')![1];
    const at = Date.parse(timestamp);
    if (ear.reply === 'up' || ear.reply === 'unsure') ear.heard.push({ id, at, word: WORDS[type]! });
    const response = { statusCode: STATUSES[ear.reply], headers: {} };
    return { response, failure: null, detail: null } as unknown as HttpExchange;
  }

  /** E-mail arrives always. */
  async receiveMail(address: string, message: Told | Question, id: string): Promise<AttemptResult> {
    const [, , , mail] = this.ears;
    if (address === this.address) {
      if (message.type === 'channel.confirmation')
        this.token = await this.app.get(AddressConfirmations).issue(id);
      else mail.heard.push({ id, at: Date.parse(message.timestamp), word: WORDS[message.type]! });
    }
    return { kind: 'delivered', statusCode: 250 };
  }

  private get address(): string {
    return `mail-${this.addresses}@example.net`;
  }

  /** What the change feed tells the workers of rules. */
  forget(ruleIds: ReadonlySet<string> | null): void {
    for (const worker of this.workers) worker['forget'](ruleIds ?? []);
  }

  /** What the change feed tells the workers of incidents. */
  refresh(incidentIds: ReadonlySet<string> | null): void {
    for (const worker of this.workers) worker.refresh(incidentIds);
  }

  private get now(): number {
    return this.app.clock.now().getTime();
  }

  /** What one worker knows is nothing to the other. */
  private newWorker(): RuleEvaluator {
    return new RuleEvaluator(
      this.app.get(CheckResultObservers),
      this.app.get(ActiveRules),
      new RuleStateRegistry(),
      this.app.get(RuleStateRestorer),
      this.app.get(PendingTransitions),
    );
  }

  /** The first worker takes the monitor up, and knows no more than what is stored. */
  private async takeUp(): Promise<void> {
    await follow(this.app);
    for (const worker of this.workers) worker.onUnassigned([this.monitorId]);
    const [worker] = this.workers;
    await worker.onAssigned(await this.app.get(MonitorsRepository).findByIds([this.monitorId]));
  }

  private async check(kind: 'bad' | 'good' | 'inconclusive', isStored: boolean): Promise<void> {
    this.app.clock.advance(MINUTE);
    await follow(this.app);
    const at = this.now;
    const result: CheckOutcome = {
      monitorId: this.monitorId,
      teamId: this.person.teamId,
      dueAt: at,
      startedAt: at,
      trigger: 'scheduled',
      verdict: kind === 'good' ? 'ok' : kind === 'bad' ? 'failed' : 'inconclusive',
      inMaintenance: false,
      speaksForMs: MINUTE,
      probe: kind === 'good' ? good : bad,
    };
    const { effect } = this.workers[0].observe(result);
    if (!isStored) return;
    const [monitor] = await this.app.get(MonitorsRepository).findByIds([this.monitorId]);
    await this.app.get(CheckStore).write({
      results: [result],
      skipped: [],
      states: [afterCheck(monitor!.joined, result).state],
      epochs: this.app.get(ShardLeases).epochs,
      effects: effect ? [effect] : [],
    });
    await drain(this.app);
    if (!this.isRuleOn) this.knownSince ??= at;
    else if (kind !== 'inconclusive') this.judge(kind === 'bad', at);
    await this.expectTruth();
  }

  private judge(matches: boolean, at: number): void {
    this.streak = extend(this.streak, matches, at);
    const signal = signalOf(this.streak, this.rule);
    const state = signal === null ? this.state : signal === 'fires' ? 'failing' : 'good';
    this.isSure ||= signal !== null;
    if (!this.isSure) return;
    if (state !== this.state || this.knownSince === null) this.knownSince = at;
    this.state = state;
  }

  /** Of each channel that can be reached: one that waits to be tried again, or was given up, cannot. */
  private async expectTruth(): Promise<void> {
    if (this.knownSince === null || this.now - this.knownSince < MINUTE) return;
    for (const [i, { outgoing, heard, reply, isReachable, isOfRule }] of this.ears.entries()) {
      if (reply === 'gone' || !isReachable) continue;
      // Who left the rule hears when it is over, and nothing else.
      if (!isOfRule && this.state === 'failing') continue;
      const [newest] = await this.app.dataSource.query(
        'SELECT status FROM deliveries WHERE channelId = ? ORDER BY seq DESC LIMIT 1',
        [outgoing.id],
      );
      if (newest?.status === 'pending' || newest?.status === 'dead') continue;
      const word = heard.at(-1)?.word ?? 'good';
      if (word !== this.state && word !== 'unstable')
        this.fault(`channel ${i} takes it for ${word}, and it is ${this.state}`);
    }
  }

  private async pass(hours: number): Promise<void> {
    for (let i = 0; i < hours; i += 1) {
      this.app.clock.advance(HOUR);
      await this.person.api.get('/v1/me');
      await drain(this.app);
    }
  }

  private async resolve(): Promise<void> {
    const { api } = this.person;
    const { body } = await api.get(`/v1/incidents?monitorId=${this.monitorId}&limit=1`);
    if (body.data[0]?.status !== 'open') return;
    await api.post(`/v1/incidents/${body.data[0].id}/resolve`, {});
    await drain(this.app);
    this.streak = noStreak;
    this.state = 'good';
    this.knownSince = this.now;
  }

  private async reactivate(): Promise<void> {
    const [, , third] = this.ears;
    third.reply = 'up';
    if ((await third.outgoing.channel()).active) return;
    await this.edit(third.outgoing.path, { active: true });
    this.isHeardBy(third);
  }

  private async activate(ear: Ear, active: boolean): Promise<void> {
    await this.edit(ear.outgoing.path, { active });
    if (active && !ear.isReachable) this.isHeardBy(ear);
    ear.isReachable = active;
  }

  private async link(ear: Ear, isOfRule: boolean): Promise<void> {
    ear.isOfRule = isOfRule;
    const channelIds = this.ears.filter((each) => each.isOfRule).map(({ outgoing }) => outgoing.id);
    await this.edit(`/v1/alert-rules/${this.rule.id}`, { channelIds });
    this.isHeardBy(ear);
  }

  private async confirm(ear: Ear): Promise<void> {
    await drain(this.app);
    if (ear.isReachable) return;
    const { status } = await press(this.app, `/confirm/${this.token}`, 'confirm');
    if (status !== 200) throw new Error(`The confirmation was answered with ${status}.`);
    ear.isReachable = true;
    this.isHeardBy(ear);
  }

  private async move(ear: Ear): Promise<void> {
    this.addresses += 1;
    await this.edit(ear.outgoing.path, { config: { address: this.address } });
    ear.isReachable = false;
  }

  /** What is open ends with the rule. */
  private async turnRule(active: boolean): Promise<void> {
    if (active === this.isRuleOn) return;
    this.isRuleOn = active;
    await this.edit(`/v1/alert-rules/${this.rule.id}`, { active });
    await drain(this.app);
    this.streak = noStreak;
    this.state = 'good';
    this.isSure = !active;
    this.knownSince = null;
    for (const { extras } of this.ears) extras.push(this.now);
  }

  /** From the next check on it must know. */
  private isHeardBy(ear: Ear): void {
    ear.extras.push(this.now);
    this.knownSince = null;
  }

  private async edit(path: string, change: object): Promise<void> {
    const { status, text } = await this.person.api.patch(path, change);
    if (status !== 200) throw new Error(text);
  }

  private fault(text: string): void {
    this.faults.push(`${text} after ${this.log.join(' ')}`);
  }
}
