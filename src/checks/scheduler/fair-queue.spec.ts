import { describe, expect, it } from '@jest/globals';
import { FairQueue, type Waiting } from './fair-queue.js';

const item = (teamId: string, monitorId: string, since = 0): Waiting => ({ teamId, monitorId, since });

function filled(...items: Waiting[]): FairQueue<Waiting> {
  const queue = new FairQueue<Waiting>();
  for (const each of items) queue.add(each);
  return queue;
}

function drain(queue: FairQueue<Waiting>): string[] {
  const ids: string[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) ids.push(next.monitorId);
  return ids;
}

describe('FairQueue', () => {
  it('has the teams take turns', () => {
    const queue = filled(item('a', 'a1'), item('a', 'a2'), item('a', 'a3'), item('b', 'b1'), item('b', 'b2'));
    expect(drain(queue)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('serves first inside a team what waited longest', () => {
    expect(drain(filled(item('a', 'late', 30), item('a', 'early', 10), item('a', 'middle', 20)))).toEqual([
      'early',
      'middle',
      'late',
    ]);
  });

  it('passes over a team that may have no more, and keeps its turn', () => {
    const queue = filled(item('a', 'a1'), item('b', 'b1'), item('b', 'b2'));
    expect(queue.next((teamId) => teamId !== 'a')?.monitorId).toBe('b1');
    expect(drain(queue)).toEqual(['a1', 'b2']);
  });

  it('gives nothing where no team may have more', () => {
    const queue = filled(item('a', 'a1'));
    expect(queue.next(() => false)).toBeUndefined();
    expect(queue.isEmpty).toBe(false);
  });

  it('forgets what is removed', () => {
    const [first, second] = [item('a', 'a1'), item('a', 'a2')];
    const queue = filled(first, second);
    expect(queue.remove(first)).toBe(true);
    expect(queue.remove(first)).toBe(false);
    expect(drain(queue)).toEqual(['a2']);
    expect(queue.isEmpty).toBe(true);
  });

  it('does not remove another item of the same monitor', () => {
    const queue = filled(item('a', 'a1', 1));
    expect(queue.remove(item('a', 'a1', 2))).toBe(false);
    expect(drain(queue)).toEqual(['a1']);
  });
});
