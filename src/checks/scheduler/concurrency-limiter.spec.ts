import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Trigger } from '../result/check-result.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';
import type { Candidate } from './priority-lane.js';

let made = 0;
const candidate = (more: Partial<Candidate> = {}): Candidate => {
  made += 1;
  const monitorId = `monitor_${made}`;
  return {
    monitorId,
    teamId: `team_${made}`,
    host: `${monitorId}.example`,
    lane: 'scheduled',
    since: 0,
    readyAt: 0,
    ...more,
  };
};
const many = (count: number, more: Partial<Candidate> = {}): Candidate[] =>
  Array.from({ length: count }, () => candidate(more));

let pressure: ConcurrencyLimiter;
beforeEach(() => {
  pressure = new ConcurrencyLimiter(64, 8);
});

const offer = (candidates: readonly Candidate[]) => {
  for (const each of candidates) pressure.offer(each);
};
function takeAll(): Candidate[] {
  const taken: Candidate[] = [];
  for (let next = pressure.take(); next !== undefined; next = pressure.take()) taken.push(next);
  return taken;
}
function lanesOf(candidates: readonly Candidate[]): Partial<Record<Trigger, number>> {
  const counts: Partial<Record<Trigger, number>> = {};
  for (const { lane } of candidates) counts[lane] = (counts[lane] ?? 0) + 1;
  return counts;
}

describe('the limit of all checks in flight', () => {
  it('leaves an eighth to lanes before the scheduled one', () => {
    offer(many(200));
    expect(takeAll()).toHaveLength(56);
    offer([...many(20, { lane: 'confirmation' }), ...many(20, { lane: 'manual' })]);
    expect(lanesOf(takeAll())).toEqual({ manual: 8 });
  });

  it('leaves a quarter to scheduled checks in a flood of others', () => {
    offer([...many(200, { lane: 'manual' }), ...many(200, { lane: 'confirmation' }), ...many(200)]);
    expect(lanesOf(takeAll())).toEqual({ manual: 16, confirmation: 32, scheduled: 16 });
  });

  it('serves checks by hand first, then confirmations', () => {
    offer([candidate(), candidate({ lane: 'confirmation' }), candidate({ lane: 'manual' })]);
    expect(takeAll().map(({ lane }) => lane)).toEqual(['manual', 'confirmation', 'scheduled']);
  });

  it('frees a place when a check has finished', () => {
    offer(many(57));
    const [first] = takeAll();
    expect(pressure.take()).toBeUndefined();
    pressure.finished(first!, 0);
    expect(pressure.take()).toBeDefined();
  });

  it('lets what is in flight go on when it is lowered', () => {
    offer(many(20));
    const taken = takeAll();
    pressure.setTotal(8);
    offer(many(1));
    for (const each of taken.slice(0, 13)) pressure.finished(each, 0);
    expect(pressure.take()).toBeUndefined();
    pressure.finished(taken[13]!, 0);
    expect(pressure.take()).toBeDefined();
  });

  it('lets one check after the other begin however low it is', () => {
    pressure = new ConcurrencyLimiter(1, 8);
    offer([candidate(), candidate({ lane: 'manual' }), candidate({ lane: 'confirmation' })]);
    const lanes: Trigger[] = [];
    for (let next = pressure.take(); next !== undefined; next = pressure.take()) {
      lanes.push(next.lane);
      expect(pressure.take()).toBeUndefined();
      pressure.finished(next, 0);
    }
    expect(lanes).toEqual(['manual', 'confirmation', 'scheduled']);
  });
});

describe('the teams', () => {
  it('take turns, so that a thousand checks of one do not delay the one of another', () => {
    offer(many(1_000, { teamId: 'large' }));
    const single = candidate({ teamId: 'small', since: 99 });
    offer([single]);
    expect([pressure.take(), pressure.take()]).toContain(single);
  });

  it('find a place while the checks of another hang', () => {
    pressure = new ConcurrencyLimiter(512, 8);
    offer(many(1_000, { teamId: 'large' }));
    expect(takeAll()).toHaveLength(399);
    const single = candidate({ teamId: 'small' });
    offer([single]);
    expect(takeAll()).toEqual([single]);
  });

  it('find a place while the checks of ten others hang', () => {
    pressure = new ConcurrencyLimiter(512, 8);
    for (let team = 0; team < 10; team += 1) offer(many(100, { teamId: `large_${team}` }));
    takeAll();
    const single = candidate({ teamId: 'small' });
    offer([single]);
    expect(takeAll()).toEqual([single]);
  });

  it('take turns at a host too', () => {
    offer(many(50, { teamId: 'large', host: 'shared.example' }));
    const [first] = takeAll();
    const single = candidate({ teamId: 'small', host: 'shared.example', since: 99 });
    offer([single]);
    const next: Candidate[] = [];
    pressure.finished(first!, 1);
    next.push(...takeAll());
    pressure.finished(next[0]!, 2);
    next.push(...takeAll());
    expect(next).toContain(single);
  });
});

describe('the limit of a host', () => {
  it('lets eight checks be in flight, and holds no other host up', () => {
    const other = candidate({ teamId: 'team', since: 99 });
    offer([...many(50, { teamId: 'team', host: 'slow.example' }), other]);
    const taken = takeAll();
    expect(taken).toHaveLength(9);
    expect(taken).toContain(other);
  });

  it('lets a check by hand go before scheduled ones', () => {
    offer(many(50, { host: 'slow.example' }));
    const taken = takeAll();
    const byHand = candidate({ host: 'slow.example', lane: 'manual' });
    offer([byHand]);
    pressure.finished(taken[0]!, 0);
    expect(takeAll()).toEqual([byHand]);
  });

  it('holds scheduled checks back that lined up before others took the places', () => {
    pressure.setTotal(0);
    offer(many(8, { host: 'slow.example' }));
    offer(many(8, { host: 'slow.example', lane: 'manual' }));
    pressure.setTotal(64);
    expect(lanesOf(takeAll())).toEqual({ manual: 8 });
    expect(pressure.waiting).toBe(8);
  });

  it('makes a check ready only when it has a place there', () => {
    offer(many(9, { host: 'slow.example', readyAt: 100 }));
    const taken = takeAll();
    pressure.finished(taken[0]!, 5_000);
    expect(takeAll()).toMatchObject([{ readyAt: 5_000 }]);
  });

  it('passes the place of a check that was withdrawn on', () => {
    pressure.setTotal(0);
    const lined = many(8, { host: 'slow.example' });
    offer([...lined, ...many(1, { host: 'slow.example' })]);
    for (const each of lined) pressure.withdraw(each, 0);
    pressure.setTotal(64);
    expect(takeAll()).toHaveLength(1);
    expect(pressure.waiting).toBe(0);
  });
});

const triggers = ['manual', 'confirmation', 'scheduled'] as const;
const action = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('offer'), fc.nat(2), fc.nat(2), fc.nat(2)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('take'), fc.nat(9), fc.nat(), fc.nat()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('finish'), fc.nat(), fc.nat(), fc.nat()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('withdraw'), fc.nat(), fc.nat(), fc.nat()) },
);

describe('whatever is offered, withdrawn and finished', () => {
  it('keeps the limits, and serves everything in the end', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), fc.integer({ min: 1, max: 9 }), (actions, total) => {
        pressure = new ConcurrencyLimiter(total, 2);
        const waiting = new Set<Candidate>();
        const flying = new Set<Candidate>();
        const take = (): boolean => {
          const taken = pressure.take();
          if (taken === undefined) return false;
          expect(waiting.delete(taken)).toBe(true);
          flying.add(taken);
          expect(flying.size).toBeLessThanOrEqual(total);
          expect([...flying].filter(({ host }) => host === taken.host).length).toBeLessThanOrEqual(2);
          expect([pressure.waiting, pressure.inFlight]).toEqual([waiting.size, flying.size]);
          return true;
        };
        const pick = (from: Set<Candidate>, n: number) => [...from][n % Math.max(1, from.size)];
        const finish = (which: Candidate | undefined) => {
          if (which !== undefined && flying.delete(which)) pressure.finished(which, 0);
        };
        for (const [name, a, b, c] of actions) {
          if (name === 'offer') {
            const offered = candidate({ lane: triggers[a % 3]!, teamId: `team_${b}`, host: `host_${c}` });
            waiting.add(offered);
            pressure.offer(offered);
          } else if (name === 'take') {
            for (let i = 0; i < a && take(); i += 1);
          } else if (name === 'finish') {
            finish(pick(flying, a));
          } else {
            const which = pick(waiting, a);
            if (which !== undefined && waiting.delete(which)) pressure.withdraw(which, 0);
          }
        }
        while (waiting.size > 0 || flying.size > 0) {
          const hasTaken = take();
          expect(hasTaken || flying.size > 0).toBe(true);
          if (!hasTaken) finish(pick(flying, 0));
        }
      }),
    );
  });
});
