import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LoopDelay } from './loop-delay.js';

describe('LoopDelay', () => {
  let now: number;
  let delay: LoopDelay;

  beforeEach(() => {
    jest.useFakeTimers();
    now = 1_000;
    delay = new LoopDelay(() => now);
  });
  afterEach(() => {
    delay.stop();
    jest.useRealTimers();
  });

  /** Lets the loop come round after `ms`, when it should have after 20. */
  function turn(ms = 20): void {
    now += ms;
    jest.advanceTimersByTime(20);
  }

  const turns = (count: number) => {
    for (let at = 0; at < count; at += 1) turn();
  };

  it('knows of no delay in a loop that is in time', () => {
    turns(300);
    expect(delay).toMatchObject({ p99Ms: 0, stalledMs: 0 });
  });

  it('sees that the loop is late now', () => {
    turns(300);
    now += 420;
    expect(delay).toMatchObject({ p99Ms: 400, stalledMs: 380 });
  });

  it('adds up how long the loop stood still', () => {
    turn(420);
    turns(10);
    turn(220);
    expect(delay.stalledMs).toBe(380 + 180);
  });

  it('takes no small delay for a stall', () => {
    for (let at = 0; at < 100; at += 1) turn(40);
    expect(delay.stalledMs).toBe(0);
  });

  it('tells the delay that one turn in a hundred is above', () => {
    turns(200);
    turn(320);
    expect(delay.p99Ms).toBe(0);
    turn(320);
    turn(320);
    expect(delay.p99Ms).toBe(300);
  });

  it('forgets after five seconds', () => {
    for (let at = 0; at < 5; at += 1) turn(520);
    turns(198);
    expect(delay.p99Ms).toBe(500);
    turns(1);
    expect(delay.p99Ms).toBe(0);
  });
});
