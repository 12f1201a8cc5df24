import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { extend, MAX_STREAK, noStreak, signalOf } from '../../alert-rules/streak.js';
import {
  type FailingTransition,
  type RecoveryTransition,
  type LatestIncident,
  onFailing,
  onRecovered,
  type NotifiedState,
} from '../lifecycle/transitions.js';
import type { CheckContext, CheckSnapshot } from '../lifecycle/check-snapshot.js';
import { RuleState } from './rule-state.js';

const MINUTE = 60_000;

const ruleOf = (edit: Partial<AlertRuleWithLinks> = {}): AlertRuleWithLinks =>
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
  }) as AlertRuleWithLinks;

/** What the database would make of what a pair asks for, one check a minute. */
class Model {
  state = new RuleState();
  readonly log: string[] = [];
  /** What channels were told, and in which minute. */
  readonly told: Array<{ word: NotifiedState; minute: number }> = [];
  /** Whether what is asked for is stored. */
  isStoring = true;
  latest: LatestIncident | null = null;
  minute = 0;
  /** What was run, without what could not be: nobody resolves what is not open. */
  happened = '';
  private readonly history: Array<{ match: boolean | null; context: CheckContext }> = [];

  constructor(public rule: AlertRuleWithLinks) {}

  /**
   * `x` matches, `.` does not, `?` cannot be told, `m` matches in maintenance, `n` does not in maintenance.
   * `R`: another process takes over. `P`: a person resolves what is open. `-` and `+`: nothing is stored from
   * here on, and is again.
   */
  run(history: string): this {
    for (const each of history) {
      if (each !== 'P' || this.latest?.isOpen) this.happened += each;
      if (each === 'R') this.restart();
      else if (each === 'P') this.resolveByPerson();
      else if (each === '-' || each === '+') this.isStoring = each === '+';
      else this.check(each);
    }
    return this;
  }

  private check(kind: string): void {
    this.minute += 1;
    const at = this.minute * MINUTE;
    const match = kind === '?' ? null : kind === 'x' || kind === 'm';
    const circumstances = { since: at, at, inMaintenance: kind === 'm' || kind === 'n' };
    this.history.push({ match, context: circumstances });
    this.state.update(this.rule, match, circumstances, () => ({ at }) as CheckSnapshot);
    const move = this.state.move(this.rule, circumstances);
    if (!move) return;
    this.state.isStale = true;
    if (!this.isStoring) return;
    const input = this.state.transitionInput(this.rule, circumstances);
    const step = move === 'raise' ? onFailing(this.latest, input) : onRecovered(this.latest, input);
    if (step) this.latest = this.after(step, at);
    this.state.markSynced(move, this.rule, this.latest);
  }

  private after(step: FailingTransition | RecoveryTransition, at: number): LatestIncident {
    if (step !== 'join') this.log.push(`${step} ${this.minute}`);
    const open = { isOpen: true, isSettled: false, lastOpenedAt: at, resolvedAt: null, goodSince: null };
    const over = { isOpen: false, resolvedAt: at };
    const latest = this.latest!;
    switch (step) {
      case 'open':
        return { id: `inc_${this.minute}`, ...open, ...this.tell('failing', at) };
      case 'reopen':
        return { ...latest, ...open, ...this.tell('unstable', at) };
      case 'reopen-silently':
        return { ...latest, ...open };
      case 'tell':
        return { ...latest, ...this.tell('unstable', at) };
      case 'join':
      case 'falter':
        return { ...latest, goodSince: null };
      case 'calm':
        return { ...latest, goodSince: at };
      case 'resolve':
        return { ...latest, ...over, isSettled: true, ...this.tell('good', at) };
      case 'resolve-silently':
        return { ...latest, ...over };
      case 'tell-over':
        return { ...latest, isSettled: true, ...this.tell('good', at) };
    }
  }

  private tell(word: NotifiedState, at: number): Pick<LatestIncident, 'lastWord' | 'lastToldAt'> {
    this.told.push({ word, minute: this.minute });
    return { lastWord: word, lastToldAt: at };
  }

  /** Of which the feed tells the process that checks. */
  private resolveByPerson(): void {
    if (!this.latest?.isOpen) return;
    const at = this.minute * MINUTE + 1;
    const isTold = this.latest.lastWord === 'failing';
    this.latest = {
      ...this.latest,
      isOpen: false,
      resolvedAt: at,
      goodSince: null,
      isSettled: isTold,
      ...(isTold && this.tell('good', at)),
    };
    this.history.length = 0;
    this.state.resolvedElsewhere();
  }

  /** What another process knows: what is stored, and the last checks. */
  private restart(): void {
    this.state = new RuleState();
    this.state.latest = this.latest;
    for (const { match, context } of this.history.slice(-MAX_STREAK))
      this.state.update(this.rule, match, context, () => ({ at: context.at }) as CheckSnapshot);
  }

  /** What channels take it for; null where they never heard of it. */
  get lastWord(): NotifiedState | null {
    return this.told.at(-1)?.word ?? null;
  }
}

const logOf = (history: string, edit: Partial<AlertRuleWithLinks> = {}) =>
  new Model(ruleOf(edit)).run(history).log;

describe('a rule and a monitor', () => {
  it.each<[string, Partial<AlertRuleWithLinks>, string[]]>([
    ['....', {}, []],
    ['..x', {}, ['open 3']],
    ['..xxxx', {}, ['open 3']],
    ['.xx.xx', { triggerAfter: 3 }, []],
    ['.xxx', { triggerAfter: 3 }, ['open 4']],
    ['.xx?x', { triggerAfter: 3 }, ['open 5']],
    ['x.x.x', {}, ['open 1']],
    ['x..', {}, ['open 1', 'resolve 3']],
    ['x.?.', {}, ['open 1', 'resolve 4']],
    ['x.', { resolveAfter: 1 }, ['open 1', 'resolve 2']],
  ])('with the history %s and %j: %j', (history, edit, expected) => {
    expect(logOf(history, edit)).toEqual(expected);
  });

  it('is the same incident where it fails again within a cooldown, and that is told at once', () => {
    expect(logOf('x..x')).toEqual(['open 1', 'resolve 3', 'reopen 4']);
    expect(logOf(`x..${'.'.repeat(13)}x`)).toEqual(['open 1', 'resolve 3', 'reopen 17']);
  });

  it('is another incident where it fails again after a whole cooldown', () => {
    expect(logOf(`x..${'.'.repeat(14)}x`)).toEqual(['open 1', 'resolve 3', 'open 18']);
  });

  it('is over, once it failed again, only when it was good for a whole cooldown', () => {
    const flaps = 'x..x..x..';
    expect(logOf(flaps)).toEqual(['open 1', 'resolve 3', 'reopen 4', 'calm 6', 'falter 7', 'calm 9']);
    expect(logOf(`${flaps}${'.'.repeat(14)}`).at(-1)).toBe('calm 9');
    expect(logOf(`${flaps}${'.'.repeat(15)}`).at(-1)).toBe('resolve 24');
  });

  it('goes on flapping where it fails within a cooldown of that too', () => {
    const calm = '.'.repeat(17);
    expect(logOf(`x..x${calm}x${calm}`).filter((entry) => !/calm|falter/.test(entry))).toEqual([
      'open 1',
      'resolve 3',
      'reopen 4',
      'resolve 21',
      'reopen 22',
      'resolve 39',
    ]);
  });

  it('never flaps without a cooldown', () => {
    expect(logOf('x..x..x..', { cooldownSeconds: 0 })).toEqual([
      'open 1',
      'resolve 3',
      'open 4',
      'resolve 6',
      'open 7',
      'resolve 9',
    ]);
  });

  it('is reopened where it still fails after a person resolved it', () => {
    expect(logOf('xPx')).toEqual(['open 1', 'reopen 2']);
  });

  it('is over for a person at once, and for channels after a cooldown, where it flaps', () => {
    const model = new Model(ruleOf()).run('x..xP');
    expect([model.latest!.isOpen, model.lastWord]).toEqual([false, 'unstable']);
    model.run('.'.repeat(17));
    expect([model.log.at(-1), model.lastWord]).toEqual(['tell-over 21', 'good']);
    expect(new Model(ruleOf()).run('x..xPx').log.at(-1)).toBe('reopen-silently 5');
  });

  it('opens nothing in maintenance, and what still fails after it at the next check', () => {
    expect(logOf('mmmx')).toEqual(['open 4']);
  });

  it('resolves in maintenance, and tells so afterwards', () => {
    expect(logOf('xnnn')).toEqual(['open 1', 'resolve-silently 3']);
    expect(logOf('xnnn.')).toEqual(['open 1', 'resolve-silently 3', 'tell-over 5']);
    expect(logOf('xnn..', { resolveAfter: 2 })).toEqual(['open 1', 'resolve-silently 3', 'tell-over 4']);
    expect(logOf('xxnx.', { triggerAfter: 2, resolveAfter: 1 })).toEqual([
      'open 2',
      'resolve-silently 3',
      'tell-over 4',
    ]);
    expect(logOf('xnnnx')).toEqual(['open 1', 'resolve-silently 3', 'reopen-silently 5']);
  });

  it('counts no good time from before a failure that could not be stored', () => {
    const stored = `x..x..${'.'.repeat(10)}-x+..`;
    expect(logOf(`${stored}${'.'.repeat(14)}`).at(-1)).toBe('calm 19');
    expect(logOf(`${stored}${'.'.repeat(15)}`).at(-1)).toBe('resolve 34');
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
    expect(model.run('.').log).toEqual(['open 1', 'resolve 4']);
  });

  it('begins to count anew after somebody resolved it', () => {
    expect(logOf('xxxPxxx', { triggerAfter: 3, cooldownSeconds: 0 })).toEqual(['open 3', 'open 6']);
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
      new Model(ruleOf({ triggerAfter: 2 })).run(history).state.snapshots.map(({ at }) => at / MINUTE);
    expect(evidenceOf('x.xxxx')).toEqual([3, 4]);
    expect(evidenceOf('xx.')).toEqual([]);
  });
});

const rules = fc.record({
  triggerAfter: fc.integer({ min: 1, max: 4 }),
  resolveAfter: fc.integer({ min: 1, max: 4 }),
  cooldownSeconds: fc.constantFrom(0, 60, 300, 900),
});

/** Long enough runs of one kind that a cooldown can pass. */
const stretch = (kinds: fc.Arbitrary<string>) =>
  fc.tuple(kinds, fc.integer({ min: 1, max: 20 })).map(([kind, count]) => kind.repeat(count));
const any = fc.constantFrom('x', '.', '?', 'm', 'n', 'R', 'P', '-', '+');
const histories = fc
  .array(fc.oneof(any, any, stretch(fc.constantFrom('x', '.', 'n', 'x.'))), { maxLength: 40 })
  .map((parts) => parts.join(''));

type State = 'failing' | 'good';

/** What the last checks outside maintenance say, and how long they have said so without a pause: one a minute. */
function stateOf(history: string, { triggerAfter, resolveAfter }: AlertRuleWithLinks) {
  let streak = noStreak;
  let state = 'good' as State;
  let quiet = 0;
  let isSure = true;
  let isStoring = true;
  for (const each of history) {
    if (each === 'P') [streak, state, quiet] = [noStreak, 'good', 0];
    // What failed in maintenance, or while nothing could be stored, and is not seen to fail any more, is not known.
    if (each === '-' || each === 'm') isSure = false;
    if (each === '-' || each === '+') isStoring = each === '+';
    if (!'x.?mn'.includes(each)) continue;
    if (each !== '?') streak = extend(streak, each === 'x' || each === 'm', 0);
    const signal = signalOf(streak, { triggerAfter, resolveAfter });
    const next: State = signal === null ? state : signal === 'fires' ? 'failing' : 'good';
    isSure ||= isStoring && signal !== null && 'x.'.includes(each);
    quiet = next === state && 'x.'.includes(each) ? quiet + 1 : 0;
    state = next;
  }
  return { state, quiet: isSure ? quiet : 0 };
}

describe('whatever happens', () => {
  it('channels hear at most three messages in a cooldown', () => {
    fc.assert(
      fc.property(histories, rules, (history, edit) => {
        const { told, rule } = new Model(ruleOf(edit)).run(history);
        for (const { minute } of told) {
          const inCooldown = told.filter(
            (each) => each.minute >= minute && (each.minute - minute) * 60 < rule.cooldownSeconds,
          );
          expect(inCooldown.length).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('the last word agrees with what was so for a minute, or says that it is unstable', () => {
    fc.assert(
      fc.property(histories, rules, fc.constantFrom('xx', '..'), (history, edit, end) => {
        const whole = `${history}+${end}`;
        const { lastWord, rule, happened } = new Model(ruleOf(edit)).run(whole);
        const { state, quiet } = stateOf(happened, rule);
        fc.pre(quiet >= 1);
        expect(['unstable', state === 'good' ? (lastWord === null ? null : 'good') : 'failing']).toContain(
          lastWord,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('what is good for long is told to be, also where it was unstable', () => {
    fc.assert(
      fc.property(histories, rules, (history, edit) => {
        const { lastWord, latest } = new Model(ruleOf(edit)).run(`${history}+${'.'.repeat(25)}`);
        expect([null, 'good']).toContain(lastWord);
        expect(latest?.isOpen ?? false).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
