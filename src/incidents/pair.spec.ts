import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { LinkedRule } from '../alert-rules/linked-rule.js';
import type { EvidentCheck } from './evidence.js';
import { Pair } from './pair.js';
import { type LatestIncident, raiseOf } from './raise.js';

const MINUTE = 60_000;

const ruleOf = (edit: Partial<LinkedRule> = {}): LinkedRule =>
  ({
    id: 'rul_1',
    condition: 'check-failed',
    operator: null,
    value: null,
    window: null,
    cooldownSeconds: 900,
    triggerAfter: 1,
    resolveAfter: 2,
    ...edit,
  }) as LinkedRule;

/** What the database would make of what a pair asks for, one check a minute. */
class Model {
  readonly pair = new Pair();
  readonly log: string[] = [];
  /** Whether what is asked for is stored. */
  isStoring = true;
  private latest: LatestIncident | null = null;
  private minute = 0;

  constructor(public rule: LinkedRule) {}

  /** `x` matches, `.` does not, `?` cannot be told, `m` matches in maintenance, `n` does not in maintenance. */
  run(history: string): this {
    for (const each of history) this.check(each);
    return this;
  }

  private check(kind: string): void {
    this.minute += 1;
    const at = this.minute * MINUTE;
    const match = kind === '?' ? null : kind === 'x' || kind === 'm';
    this.pair.judge(this.rule, match, at, () => ({ at }) as EvidentCheck);
    const move = this.pair.move(this.rule, { at, inMaintenance: kind === 'm' || kind === 'n' });
    if (!move) return;
    this.pair.isUnsettled = true;
    if (!this.isStoring) return;
    if (move === 'raise') this.raise(at);
    else this.recover(at);
    this.pair.settle(this.latest);
  }

  private raise(at: number): void {
    const { since } = this.pair.streak;
    const raise = raiseOf(this.latest, { since, at, cooldownMs: this.rule.cooldownSeconds * 1000 });
    if (!raise) return;
    this.note(raise);
    const isTold = raise !== 'reopen-silently';
    this.latest = {
      id: raise === 'open' ? `inc_${this.minute}` : this.latest!.id,
      isOpen: true,
      isTold,
      lastOpenedAt: isTold ? at : this.latest!.lastOpenedAt,
      autoResolvedAt: null,
    };
  }

  private recover(at: number): void {
    if (!this.latest?.isOpen) return;
    this.note('recover');
    this.latest = { ...this.latest, isOpen: false, isTold: false, autoResolvedAt: at };
  }

  private note(what: string): void {
    this.log.push(`${what} ${this.minute}`);
  }

  /** Somebody resolves it in another process, of which the feed tells. */
  resolveElsewhere(): void {
    this.latest = { ...this.latest!, isOpen: false, isTold: false, autoResolvedAt: null };
    this.pair.resolvedElsewhere();
  }
}

const logOf = (history: string, edit: Partial<LinkedRule> = {}) => new Model(ruleOf(edit)).run(history).log;

describe('a rule and a monitor', () => {
  it.each<[string, Partial<LinkedRule>, string[]]>([
    ['....', {}, []],
    ['..x', {}, ['open 3']],
    ['..xxxx', {}, ['open 3']],
    ['.xx.xx', { triggerAfter: 3 }, []],
    ['.xxx', { triggerAfter: 3 }, ['open 4']],
    ['.xx?x', { triggerAfter: 3 }, ['open 5']],
    ['x.x.x', {}, ['open 1']],
    ['x..', {}, ['open 1', 'recover 3']],
    ['x.?.', {}, ['open 1', 'recover 4']],
    ['x.', { resolveAfter: 1 }, ['open 1', 'recover 2']],
  ])('with the history %s and %j: %j', (history, edit, expected) => {
    expect(logOf(history, edit)).toEqual(expected);
  });

  it('is the same incident where it fails again within five minutes, and nobody is told in the cooldown', () => {
    expect(logOf('x.....x')).toEqual(['open 1', 'recover 3', 'reopen-silently 7']);
  });

  it('is told of when the cooldown ends and it still fails', () => {
    expect(logOf(`x..${'x'.repeat(20)}`)).toEqual(['open 1', 'recover 3', 'reopen-silently 4', 'tell 16']);
  });

  it('is another incident later on, as soon as the cooldown has ended', () => {
    expect(logOf(`x..${'.'.repeat(6)}${'x'.repeat(20)}`)).toEqual(['open 1', 'recover 3', 'open 16']);
  });

  it('opens nothing in maintenance, and what still fails after it at the next check', () => {
    expect(logOf('mmmx')).toEqual(['open 4']);
  });

  it('resolves in maintenance', () => {
    expect(logOf('xnn')).toEqual(['open 1', 'recover 3']);
  });

  it('asks again after every check until what it asked for is stored', () => {
    const model = new Model(ruleOf());
    model.isStoring = false;
    model.run('xx');
    model.isStoring = true;
    expect(model.run('x').log).toEqual(['open 3']);
  });

  it('resolves what may have been stored while that is not known', () => {
    const model = new Model(ruleOf()).run('x');
    model.isStoring = false;
    model.run('..');
    model.isStoring = true;
    expect(model.run('.').log).toEqual(['open 1', 'recover 4']);
  });

  it('begins to count anew after somebody resolved it', () => {
    const model = new Model(ruleOf({ triggerAfter: 3, cooldownSeconds: 0 })).run('xxx');
    model.resolveElsewhere();
    expect(model.run('xxx').log).toEqual(['open 3', 'open 6']);
  });

  it('begins to count anew when the condition is another, and not when the rule has another name', () => {
    const model = new Model(ruleOf({ triggerAfter: 3 })).run('xx');
    model.rule = { ...model.rule, name: 'Renamed' };
    expect(model.run('x').log).toEqual(['open 3']);
    const other = new Model(ruleOf({ triggerAfter: 3 })).run('xx');
    other.rule = { ...other.rule, condition: 'status-code', operator: 'equals', value: 500 };
    expect(other.run('xx').log).toEqual([]);
  });

  it('keeps the checks of the streak that fired, and no more', () => {
    const evidenceOf = (history: string) =>
      new Model(ruleOf({ triggerAfter: 2 })).run(history).pair.evidence.map(({ at }) => at / MINUTE);
    expect(evidenceOf('x.xxxx')).toEqual([3, 4]);
    expect(evidenceOf('xx.')).toEqual([]);
  });

  it('never opens twice without resolving in between, whatever happens', () => {
    const history = fc.array(fc.constantFrom('x', '.', '?', 'm', 'n'), { maxLength: 60 });
    const rule = fc.record({
      triggerAfter: fc.integer({ min: 1, max: 4 }),
      resolveAfter: fc.integer({ min: 1, max: 4 }),
      cooldownSeconds: fc.constantFrom(0, 60, 900),
    });
    fc.assert(
      fc.property(history, rule, (checks, edit) => {
        const kinds = logOf(checks.join(''), edit)
          .map((entry) => entry.split(' ')[0]!)
          .filter((kind) => kind !== 'tell')
          .map((kind) => (kind === 'recover' ? 'closed' : 'opened'));
        expect(kinds).toEqual(kinds.map((_, i) => (i % 2 === 0 ? 'opened' : 'closed')));
      }),
    );
  });
});
