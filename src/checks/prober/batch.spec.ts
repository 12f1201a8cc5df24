import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Batch } from './batch.js';

describe('Batch', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function collect() {
    const handed: number[][] = [];
    return { handed, batch: new Batch<number>((items) => handed.push(items), 4, 3) };
  }

  it('hands on what came together some time after the first', () => {
    const { handed, batch } = collect();
    batch.add(1);
    jest.advanceTimersByTime(3);
    batch.add(2);
    expect(handed).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(handed).toEqual([[1, 2]]);
  });

  it('does not wait where there are many', () => {
    const { handed, batch } = collect();
    for (let item = 1; item <= 7; item += 1) batch.add(item);
    expect(handed).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    jest.advanceTimersByTime(4);
    expect(handed.at(-1)).toEqual([7]);
  });

  it('hands on nothing twice, and never nothing', () => {
    const { handed, batch } = collect();
    for (const item of [1, 2, 3]) batch.add(item);
    jest.advanceTimersByTime(100);
    expect(handed).toEqual([[1, 2, 3]]);
  });
});
