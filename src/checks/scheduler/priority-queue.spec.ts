import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PriorityQueue } from './priority-queue.js';

function drain(heap: PriorityQueue<unknown>): string[] {
  const keys: string[] = [];
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) keys.push(next.key);
  return keys;
}

const key = fc.nat(9).map(String);
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, priority: fc.nat(20) }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('pop' as const) }),
);

describe('PriorityQueue', () => {
  it('gives the lowest priority first, whatever was set, replaced and deleted before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const heap = new PriorityQueue<number>();
        // A map keeps the order in which its keys came, which is the order among equals.
        const model = new Map<string, number>();
        const expected = () => [...model].toSorted(([, a], [, b]) => a - b).map(([each]) => each);
        for (const each of steps) {
          const got: unknown[] = [];
          const wanted: unknown[] = [];
          if (each.do === 'set') {
            heap.set(each.key, each.priority, each.priority);
            model.delete(each.key);
            model.set(each.key, each.priority);
          } else if (each.do === 'delete') {
            got.push(heap.delete(each.key));
            wanted.push(model.delete(each.key));
          } else {
            const [first] = expected();
            got.push(heap.pop()?.key);
            wanted.push(first);
            model.delete(first ?? '');
          }
          expect([...got, heap.size, heap.peek()?.key]).toEqual([...wanted, model.size, expected()[0]]);
        }
        expect(drain(heap)).toEqual(expected());
      }),
    );
  });

  it('finds a value by its key', () => {
    const heap = new PriorityQueue<string>();
    heap.set('a', 1, 'first');
    heap.set('a', 2, 'second');
    expect([heap.get('a'), heap.get('b'), heap.size]).toEqual(['second', undefined, 1]);
  });
});
