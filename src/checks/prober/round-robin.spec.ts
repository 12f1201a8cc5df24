import { describe, expect, it } from '@jest/globals';
import { RoundRobin } from './round-robin.js';

describe('RoundRobin', () => {
  it('gives one of each owner in turn, each owner its own in order', () => {
    const turns = new RoundRobin<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) turns.add(item[0]!, item);
    expect(Array.from({ length: 7 }, () => turns.next())).toEqual([
      'a1',
      'b1',
      'c1',
      'a2',
      'c2',
      'a3',
      undefined,
    ]);
  });

  it('lets an owner that comes later wait for one of each other, and no more', () => {
    const turns = new RoundRobin<string>();
    for (const item of ['a1', 'a2', 'a3']) turns.add('a', item);
    turns.next();
    turns.add('b', 'b1');
    expect([turns.next(), turns.next()]).toEqual(['a2', 'b1']);
  });
});
