import { describe, expect, it } from '@jest/globals';
import { InFlightQueue } from './in-flight-queue.js';

const limits = { sending: 4, sendingOfChannel: 2, held: 10, heldOfChannel: 5 };

function queueOf(items: Record<string, string[]>, more = {}): InFlightQueue<string> {
  const queue = new InFlightQueue<string>({ ...limits, ...more });
  for (const [channel, each] of Object.entries(items)) for (const item of each) queue.add(channel, item);
  return queue;
}

const takeAll = (queue: InFlightQueue<string>): string[] => {
  const item = queue.next();
  return item === undefined ? [] : [item, ...takeAll(queue)];
};

function end(queue: InFlightQueue<string>, channel: string): void {
  queue.sent(channel);
  queue.done(channel);
}

describe('InFlightQueue', () => {
  it('lets channels take turns, each in its own order', () => {
    const queue = queueOf({ a: ['a1', 'a2'], b: ['b1', 'b2'] });
    expect(takeAll(queue)).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('sends two at once of a channel, and the next when one is done', () => {
    const queue = queueOf({ a: ['a1', 'a2', 'a3', 'a4'] });
    expect(takeAll(queue)).toEqual(['a1', 'a2']);
    end(queue, 'a');
    expect(takeAll(queue)).toEqual(['a3']);
  });

  it('sends as many at once as it may in all', () => {
    const queue = queueOf({ a: ['a1', 'a2'], b: ['b1', 'b2'], c: ['c1'] });
    expect(takeAll(queue)).toHaveLength(4);
    end(queue, 'a');
    expect(takeAll(queue)).toEqual(['b2']);
  });

  it('has room for others when a slow channel has filled its line', () => {
    const queue = queueOf({ slow: ['1', '2', '3', '4', '5'] });
    takeAll(queue);
    expect([queue.full, queue.of('slow'), queue.of('fast'), queue.total]).toEqual([['slow'], 0, 5, 5]);
    queue.add('fast', 'f1');
    expect(takeAll(queue)).toEqual(['f1']);
  });

  it('gives back what waits for a channel that is closed, and takes no more of it until it is done', () => {
    const queue = queueOf({ a: ['a1', 'a2', 'a3', 'a4'], b: ['b1'] });
    expect(takeAll(queue)).toEqual(['a1', 'b1', 'a2']);
    expect(queue.close('a')).toEqual(['a3', 'a4']);
    expect([queue.of('a'), queue.full, queue.total]).toEqual([0, ['a'], 7]);
    end(queue, 'a');
    expect([queue.of('a'), takeAll(queue)]).toEqual([0, []]);
    end(queue, 'a');
    expect([queue.of('a'), queue.full]).toEqual([5, []]);
  });

  it('sends the next while what came of the last is recorded, but holds no more', () => {
    const queue = queueOf({ a: ['a1', 'a2', 'a3', 'a4', 'a5'] });
    takeAll(queue);
    queue.sent('a');
    expect([takeAll(queue), queue.of('a')]).toEqual([['a3'], 0]);
    queue.done('a');
    expect(queue.of('a')).toBe(1);
  });

  it('is low when it has room for half of what a channel may have', () => {
    const queue = queueOf({ a: ['a1', 'a2', 'a3'], b: ['b1', 'b2'] });
    expect([queue.isLow('a'), queue.isLow('b'), queue.isLow('c')]).toEqual([false, true, true]);
  });

  it('is empty when all is done, and not before', () => {
    const queue = queueOf({ a: ['a1'] });
    takeAll(queue);
    expect(queue.isEmpty).toBe(false);
    end(queue, 'a');
    expect([queue.isEmpty, queue.total, queue.full]).toEqual([true, 10, []]);
  });
});
