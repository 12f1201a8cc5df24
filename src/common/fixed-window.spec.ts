import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Clock } from './clock.js';
import { rateLimitHeaders, retryAfter, FixedWindow } from './fixed-window.js';

const START = Date.UTC(2026, 0, 1);

describe('FixedWindow', () => {
  let now: number;
  beforeEach(() => {
    now = START;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const window = new FixedWindow(2, 60);
  const count = async (who: string, times: number) => {
    let state = await window.count(who);
    for (let i = 1; i < times; i += 1) state = await window.count(who);
    return state;
  };

  it('allows its limit, and not one more', async () => {
    expect(await count('a', 2)).toMatchObject({ remaining: 0, exceeded: false });
    expect(await count('a', 1)).toMatchObject({ remaining: 0, exceeded: true });
  });

  it('counts each by itself', async () => {
    await count('b', 3);
    expect(await count('c', 1)).toMatchObject({ remaining: 1, exceeded: false });
  });

  it('begins with its first request and is not pushed on by more', async () => {
    await count('d', 1);
    now += 59_000;
    expect(await count('d', 5)).toMatchObject({ resetInMs: 1_000, exceeded: true });
    now += 1_000;
    expect(await count('d', 1)).toMatchObject({ resetInMs: 60_000, remaining: 1, exceeded: false });
  });

  it('takes back what was counted', async () => {
    await count('e', 2);
    await window.uncount('e');
    expect(await count('e', 1)).toMatchObject({ exceeded: false });
  });

  it('takes nothing back of a window that is over, which would leave one more in the next', async () => {
    await count('f', 1);
    now += 60_000;
    await window.uncount('f');
    await window.uncount('nobody');
    expect(await count('f', 3)).toMatchObject({ exceeded: true });
    expect(await count('nobody', 3)).toMatchObject({ exceeded: true });
  });

  it('is whole when it is looked at and none has begun, or the last is over', async () => {
    const whole = { limit: 2, remaining: 2, resetInMs: 60_000, exceeded: false };
    expect(await window.look('g')).toEqual(whole);
    await count('g', 2);
    expect(await window.look('g')).toMatchObject({ remaining: 0 });
    now += 60_000;
    expect(await window.look('g')).toEqual(whole);
  });
});

describe('retryAfter()', () => {
  const state = (resetInMs: number) => ({ limit: 1, remaining: 0, resetInMs, exceeded: true });

  it.each([
    [0, 1],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [60_000, 60],
  ])('makes %i ms whole seconds, rounded up and never none: %i', (ms, seconds) => {
    expect(retryAfter(state(ms))).toBe(seconds);
  });
});

describe('rateLimitHeaders()', () => {
  it('tell the end as a moment and as a duration', () => {
    class FixedClock extends Clock {
      override now = () => new Date(START);
    }
    const state = { limit: 120, remaining: 7, resetInMs: 1_500, exceeded: false };
    expect(rateLimitHeaders('key', state, 60, new FixedClock())).toEqual({
      'x-ratelimit-limit': 120,
      'x-ratelimit-remaining': 7,
      'x-ratelimit-reset': START / 1000 + 2,
      'ratelimit-policy': '"key";q=120;w=60',
      ratelimit: '"key";r=7;t=2',
    });
  });
});
