import { describe, expect, it } from '@jest/globals';
import { type LatestIncident, type TransitionInput, onFailing, onRecovered } from './transitions.js';

const SECOND = 1_000;
const COOLDOWN = 900 * SECOND;
const NOW = 100 * COOLDOWN;

const sight = (edit: Partial<TransitionInput> = {}): TransitionInput => ({
  since: NOW,
  at: NOW,
  failedAt: null,
  isFiring: true,
  inMaintenance: false,
  cooldownMs: COOLDOWN,
  isOffered: true,
  now: NOW,
  ...edit,
});

const open: LatestIncident = {
  id: 'inc_1',
  isOpen: true,
  lastWord: 'failing',
  isSettled: false,
  lastOpenedAt: NOW - 60 * SECOND,
  resolvedAt: null,
  lastToldAt: NOW - 60 * SECOND,
  goodSince: null,
};
const over = (ago: number, edit: Partial<LatestIncident> = {}): LatestIncident => ({
  ...open,
  isOpen: false,
  lastWord: 'good',
  isSettled: true,
  lastOpenedAt: NOW - ago - SECOND,
  resolvedAt: NOW - ago,
  lastToldAt: NOW - ago,
  ...edit,
});
const flapping: LatestIncident = { ...open, lastWord: 'unstable' };

describe('onFailing', () => {
  it.each<[string, LatestIncident | null, Partial<TransitionInput>, string | null]>([
    ['nothing was ever wrong', null, {}, 'open'],
    ['it is open', open, {}, null],
    ['it is flapping', flapping, {}, null],
    ['it is flapping, and was good for a while', { ...flapping, goodSince: NOW - SECOND }, {}, 'falter'],
    ['it is open, and channels may not have heard', open, { isOffered: false }, 'join'],
    [
      'it is flapping, was good for a while, and channels may not have heard',
      { ...flapping, goodSince: NOW - SECOND },
      { isOffered: false },
      'join',
    ],
    ['it fired last, and channels may not have heard', open, { isOffered: false, isFiring: false }, 'join'],
    ['it fired last, and all channels heard', open, { isFiring: false }, null],
    ['it fired last, in maintenance', open, { isOffered: false, isFiring: false, inMaintenance: true }, null],
    [
      'it was good for a while, fails less often than fires it, and channels may not have heard',
      { ...flapping, goodSince: NOW - SECOND },
      { isOffered: false, isFiring: false },
      null,
    ],
    ['it is over, and fails less often than fires it', over(SECOND), { isFiring: false }, null],
    ['nothing was ever wrong, and it fails less often than fires it', null, { isFiring: false }, null],
    ['it is open, and channels were told that it was over', { ...open, lastWord: 'good' }, {}, 'tell'],
    ['it was over a moment ago', over(SECOND), {}, 'reopen'],
    ['it was over almost a cooldown ago', over(COOLDOWN - 1), {}, 'reopen'],
    ['it was over a cooldown ago', over(COOLDOWN), {}, 'open'],
    ['it was over, and there is no cooldown', over(0), { cooldownMs: 0 }, 'open'],
    ['the all-clear was told later than it was over', over(COOLDOWN, { lastToldAt: NOW - 1 }), {}, 'reopen'],
    ['its end was told to nobody', over(SECOND, { lastWord: 'failing' }), {}, 'reopen-silently'],
    [
      'a person resolved it while it was flapping',
      over(SECOND, { lastWord: 'unstable' }),
      {},
      'reopen-silently',
    ],
    [
      'a person resolved it, and it was good since then',
      over(COOLDOWN, { lastWord: 'unstable', goodSince: NOW - 1 }),
      {},
      'reopen-silently',
    ],
    ['it began before it was resolved', over(SECOND), { since: NOW - 2 * SECOND }, null],
    ['the clock was set back', over(-COOLDOWN), {}, 'reopen'],
    ['there is maintenance', null, { inMaintenance: true }, null],
  ])('where %s', (_, latest, edit, expected) => {
    expect(onFailing(latest, sight(edit))).toBe(expected);
  });
});

describe('onRecovered', () => {
  it.each<[string, LatestIncident | null, Partial<TransitionInput>, string | null]>([
    ['nothing was ever wrong', null, {}, null],
    ['it is open', open, {}, 'resolve'],
    ['it is open, in maintenance', open, { inMaintenance: true }, 'resolve-silently'],
    ['it is flapping', flapping, {}, 'calm'],
    ['it is flapping, and there is no cooldown any more', flapping, { cooldownMs: 0 }, 'resolve'],
    ['it was good for less than a cooldown', { ...flapping, goodSince: NOW - COOLDOWN + 1 }, {}, null],
    ['it was good for a cooldown', { ...flapping, goodSince: NOW - COOLDOWN }, {}, 'resolve'],
    ['the clock was set back behind the beginning', { ...flapping, goodSince: NOW + SECOND }, {}, 'calm'],
    [
      'it failed meanwhile, which could not be stored',
      { ...flapping, goodSince: NOW - COOLDOWN },
      { failedAt: NOW - SECOND },
      'calm',
    ],
    ['it is over, and all know', over(SECOND), {}, null],
    ['its end was told to nobody', over(SECOND, { lastWord: 'failing', isSettled: false }), {}, 'tell-over'],
    [
      'its end was told to nobody, and maintenance goes on',
      over(SECOND, { lastWord: 'failing', isSettled: false }),
      { inMaintenance: true },
      null,
    ],
    [
      'a person resolved it while it was flapping, a cooldown ago',
      over(COOLDOWN, { lastWord: 'unstable', isSettled: false, goodSince: NOW - COOLDOWN }),
      {},
      'tell-over',
    ],
    ['a channel is owed the end', over(SECOND, { isSettled: false }), { isOffered: false }, 'tell-over'],
    ['a channel that is inactive is owed the end', over(SECOND, { isSettled: false }), {}, null],
    ['it was opened later, by another process', { ...open, lastOpenedAt: NOW }, { at: NOW - 1 }, null],
  ])('where %s', (_, latest, edit, expected) => {
    expect(onRecovered(latest, sight(edit))).toBe(expected);
  });
});
