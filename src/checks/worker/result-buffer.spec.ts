import { describe, expect, it } from '@jest/globals';
import { Clock } from '../../common/clock.js';
import { DatabaseTimeout } from '../../database/errors.js';
import { type Batch, type PendingWrite, ResultBuffer } from './result-buffer.js';

const result = (more: Partial<PendingWrite> = {}): PendingWrite => ({
  epoch: 1,
  result: { speaksForMs: 5_000 } as PendingWrite['result'],
  state: {} as PendingWrite['state'],
  isTransition: false,
  effects: [],
  requestIds: [],
  ...more,
});

/** A database that takes what it is given, or refuses while `isAway`. */
class FakeStore {
  readonly batches: Batch[] = [];
  isAway = false;
  poison: PendingWrite | null = null;

  readonly write = async (batch: Batch): Promise<ReadonlySet<PendingWrite>> => {
    if (this.isAway) throw new DatabaseTimeout('away');
    if (this.poison && batch.results.includes(this.poison)) throw new Error('out of range');
    this.batches.push(batch);
    return new Set(batch.results);
  };
}

const start = () => {
  const store = new FakeStore();
  return { store, buffer: new ResultBuffer(store.write, new Clock()) };
};

describe('ResultBuffer', () => {
  it('stores what came meanwhile in one batch', async () => {
    const { store, buffer } = start();
    for (let i = 0; i < 10; i += 1) buffer.add(result());
    await buffer.flush();
    expect(store.batches.map(({ results }) => results.length)).toEqual([10]);
  });

  it('never stores more than 500 at once', async () => {
    const { store, buffer } = start();
    for (let i = 0; i < 1_200; i += 1) buffer.add(result());
    await buffer.flush();
    expect(store.batches.map(({ results }) => results.length)).toEqual([500, 500, 200]);
  });

  it('stores fewer at once where each speaks for an hour, which is sixty minutes to count', async () => {
    const { store, buffer } = start();
    const outcome = { speaksForMs: 3_600_000 } as PendingWrite['result'];
    for (let i = 0; i < 100; i += 1) buffer.add(result({ result: outcome }));
    await buffer.flush();
    expect(store.batches.map(({ results }) => results.length)).toEqual([39, 39, 22]);
  });

  it('keeps what the database refuses, in order, and stores it once', async () => {
    const { store, buffer } = start();
    const [first, second] = [result(), result()];
    store.isAway = true;
    buffer.add(first);
    await buffer.flush();
    buffer.add(second);
    store.isAway = false;
    await buffer.flush();
    expect(store.batches.flatMap(({ results }) => results)).toEqual([first, second]);
    expect(buffer.size).toBe(0);
  });

  it('tells since when the database is in trouble', async () => {
    const { store, buffer } = start();
    expect(buffer.troubleMs()).toBe(0);
    store.isAway = true;
    buffer.add(result());
    await buffer.flush();
    expect(buffer.troubleMs()).toBeGreaterThan(0);
    store.isAway = false;
    await buffer.flush();
    expect(buffer.troubleMs()).toBe(0);
  });

  it('stores a transition without being asked to', async () => {
    const { store, buffer } = start();
    await new Promise<void>((resolve) =>
      buffer.add(result({ isTransition: true, settled: () => resolve() })),
    );
    expect(store.batches).toHaveLength(1);
  });

  it('says of a result whether it was stored', async () => {
    const { store, buffer } = start();
    const answers: boolean[] = [];
    buffer.add(result({ settled: (isStored) => answers.push(isStored) }));
    await buffer.flush();
    store.isAway = true;
    buffer.add(result({ settled: (isStored) => answers.push(isStored) }));
    await buffer.close();
    expect(answers).toEqual([true, false]);
  });

  it('gives up the one result that the database does not take, and stores all others once', async () => {
    const { store, buffer } = start();
    const answers: boolean[] = [];
    const results = Array.from({ length: 20 }, () => result());
    store.poison = results[7] = result({ settled: (isStored) => answers.push(isStored) });
    for (const each of results) buffer.add(each);
    while (buffer.size > 0) await buffer.flush();
    const stored = store.batches.flatMap((batch) => batch.results);
    expect(stored).toEqual(results.filter((each) => each !== store.poison));
    expect(answers).toEqual([false]);
  });
});
