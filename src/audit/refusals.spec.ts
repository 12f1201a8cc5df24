import { describe, expect, it } from '@jest/globals';
import type { ActorContext } from '../auth/principal.js';
import { type Refusal, Refusals, single } from './refusals.js';

const refusal = (id: string | null, person = 'usr_1', teamId = 'team_1'): Refusal => ({
  by: {
    actor: { type: 'user', id: person, name: 'Ada', via: null },
    teamId,
    context: null,
  } satisfies ActorContext,
  action: 'member.removed',
  target: { type: 'member', id, name: null },
});

describe('refusals', () => {
  it('are told apart: the first of a minute, and those that follow', () => {
    const refusals = new Refusals();
    expect([0, 1, 59_999].map((at) => refusals.isFirst(refusal('usr_2'), at))).toEqual([true, false, false]);
    expect(refusals.take(59_999)).toEqual([]);
    expect(refusals.take(60_000)).toMatchObject([{ count: 2, targets: ['usr_2'] }]);
    expect(refusals.isFirst(refusal('usr_2'), 60_000)).toBe(true);
  });

  it('are collected with the last of them, and with each of their targets', () => {
    const refusals = new Refusals();
    for (const id of ['a', 'b', 'c', 'b', null]) refusals.isFirst(refusal(id), 0);
    expect(refusals.takeAll()).toEqual([{ last: refusal(null), count: 4, targets: ['b', 'c'] }]);
    expect(refusals.takeAll()).toEqual([]);
  });

  it('are collected for each caller and team by itself, and a first one is nothing to collect', () => {
    const refusals = new Refusals();
    expect(refusals.isFirst(refusal('a'), 0)).toBe(true);
    expect(refusals.isFirst(refusal('a', 'usr_9'), 0)).toBe(true);
    expect(refusals.isFirst(refusal('a', 'usr_1', 'team_2'), 0)).toBe(true);
    expect(refusals.takeAll()).toEqual([]);
  });

  it('name a bounded number of targets', () => {
    const refusals = new Refusals();
    for (let i = 0; i < 100; i += 1) refusals.isFirst(refusal(`mon_${i}`), 0);
    const [repeated] = refusals.takeAll();
    expect(repeated).toMatchObject({ count: 99 });
    expect(repeated!.targets).toHaveLength(20);
  });

  it('that were put back are taken once more, together with those put back since', () => {
    const refusals = new Refusals();
    refusals.putBack(single(refusal('a')));
    refusals.putBack({ last: refusal('c'), count: 3, targets: ['b', 'c'] });
    refusals.putBack(single(refusal('a', 'usr_9')));
    expect(refusals.take(60_000)).toEqual([]);
    expect(refusals.takeOwed()).toEqual([
      { last: refusal('c'), count: 4, targets: ['a', 'b', 'c'] },
      single(refusal('a', 'usr_9')),
    ]);
    expect(refusals.takeOwed()).toEqual([]);
  });

  it('are put back of a bounded number of callers', () => {
    const refusals = new Refusals();
    for (let i = 0; i < 10_000; i += 1) expect(refusals.putBack(single(refusal('a', `usr_${i}`)))).toBe(true);
    expect(refusals.putBack(single(refusal('a', 'usr_10000')))).toBe(false);
    expect(refusals.putBack(single(refusal('a', 'usr_1')))).toBe(true);
    expect(refusals.takeOwed()).toHaveLength(10_000);
  });

  it('of a bounded number of callers are remembered, and what was collected of the oldest is given back', () => {
    const refusals = new Refusals();
    for (const id of ['a', 'b']) refusals.isFirst(refusal(id), 0);
    for (let i = 1; i < 10_000; i += 1) refusals.isFirst(refusal('x', `usr_${i + 1}`), 0);
    expect(refusals.take(1)).toMatchObject([{ count: 1 }]);
    expect(refusals.take(1)).toEqual([]);
  });
});
