import { describe, expect, it } from '@jest/globals';
import { Clock } from './clock.js';
import { OncePerInterval } from './once-per-interval.js';

class SetClock extends Clock {
  time = 0;
  override now = () => new Date(this.time);
}

describe('OncePerInterval', () => {
  const clock = new SetClock();
  const once = new OncePerInterval(60_000, clock);

  it('lets each through once in a period', () => {
    expect([once.isFirst('a'), once.isFirst('a'), once.isFirst('b')]).toEqual([true, false, true]);
  });

  it('lets it through again in the next one', () => {
    clock.time += 60_000;
    expect([once.isFirst('a'), once.isFirst('a')]).toEqual([true, false]);
  });

  it('remembers no more than it may, however many there are', () => {
    for (let i = 0; i < 30_000; i += 1) expect(once.isFirst(`c${i}`)).toBe(true);
  });
});
