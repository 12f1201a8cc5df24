import { describe, expect, it } from '@jest/globals';
import { type LatestIncident, raiseOf, REOPEN_MS } from './raise.js';

const SECOND = 1_000;
const COOLDOWN = 900 * SECOND;

const latest = (edit: Partial<LatestIncident>): LatestIncident => ({
  id: 'inc_1',
  isOpen: false,
  isTold: false,
  lastOpenedAt: 0,
  autoResolvedAt: null,
  ...edit,
});

const open = latest({ isOpen: true, isTold: true });
const secret = latest({ isOpen: true, isTold: false });
const recovered = (at: number) => latest({ autoResolvedAt: at });
const resolvedByPerson = latest({});

describe('raiseOf', () => {
  it.each<[string, LatestIncident | null, number, string | null]>([
    ['nothing was ever wrong', null, 0, 'open'],
    ['there is an open incident', open, 10 * COOLDOWN, null],
    ['a person resolved it, and the cooldown runs', resolvedByPerson, COOLDOWN - 1, null],
    ['a person resolved it, and the cooldown just ended', resolvedByPerson, COOLDOWN, 'open'],
    ['checks resolved it a moment ago, in the cooldown', recovered(60_000), 70_000, 'reopen-silently'],
    ['checks resolved it a moment ago, after the cooldown', recovered(COOLDOWN), COOLDOWN + 1, 'reopen'],
    ['checks resolved it five minutes ago', recovered(COOLDOWN), COOLDOWN + REOPEN_MS, 'reopen'],
    ['checks resolved it longer ago', recovered(COOLDOWN), COOLDOWN + REOPEN_MS + 1, 'open'],
    ['checks resolved it longer ago, in the cooldown', recovered(0), REOPEN_MS + 1, null],
    ['it was reopened silently, and the cooldown runs', secret, COOLDOWN - 1, null],
    ['it was reopened silently, and the cooldown ended', secret, COOLDOWN, 'tell'],
  ])('when %s', (_, last, at, expected) => {
    expect(raiseOf(last, { since: at, at, cooldownMs: COOLDOWN })).toBe(expected);
  });

  it('counts from the first bad check whether it is the same failure', () => {
    const late = COOLDOWN + REOPEN_MS + 60_000;
    const last = recovered(COOLDOWN);
    expect(raiseOf(last, { since: COOLDOWN + REOPEN_MS, at: late, cooldownMs: COOLDOWN })).toBe('reopen');
    expect(raiseOf(last, { since: COOLDOWN + REOPEN_MS + 1, at: late, cooldownMs: COOLDOWN })).toBe('open');
  });

  it('opens at once again without a cooldown', () => {
    expect(raiseOf(resolvedByPerson, { since: 1, at: 1, cooldownMs: 0 })).toBe('open');
  });
});
