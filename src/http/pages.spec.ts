import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { systemActor } from '../auth/principal.js';
import { Cursors } from '../crypto/cursors.js';
import { Secrets } from '../crypto/secrets.js';
import type { SqlReader, SelectOptions } from '../database/sql-reader.js';
import { Pages } from './pages.js';
import type { Listing } from './listing.js';

class Row {
  id: number;
  name: string;
  size: number;
}

const database = new Database(':memory:');
database.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL)');
afterAll(() => {
  database.close();
});

/** Reads the table above with the SQL that is asked for. */
const reads = {
  valuesAt: async (
    _: unknown,
    { where, values, orderBy }: SelectOptions,
    columns: string[],
    offset: number,
  ) =>
    database
      .prepare(`SELECT ${columns} FROM things t WHERE ${where} ORDER BY ${orderBy} LIMIT 1 OFFSET ${offset}`)
      .raw()
      .get(...(values as unknown[])) ?? null,
  select: async (_: unknown, { where, values, orderBy, limit }: SelectOptions) =>
    database
      .prepare(`SELECT t.* FROM things t WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`)
      .all(...(values as unknown[])),
} as unknown as SqlReader;

const pages = new Pages(reads, new Cursors(new Secrets('a master secret of 32 characters or more')));
const ada = systemActor('team_1');
const insert = (rows: Row[]) => {
  const statement = database.prepare('INSERT INTO things (id, name, size) VALUES (?, ?, ?)');
  for (const { id, name, size } of rows) statement.run(id, name, size);
};
beforeEach(() => {
  database.exec('DELETE FROM things');
});

const listing = (orderBy: string[], descending: boolean): Listing<Row> => ({
  entity: Row,
  conditions: [['t.size >= ?', 0]],
  orderBy,
  descending,
});

/** All pages, one after the other, with `between` done before each but the first. */
async function readAll(list: Listing<Row>, limit: number, between = () => {}): Promise<Row[][]> {
  const all: Row[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    if (cursor !== undefined) between();
    const page = await pages.read(ada, list, { limit, ...(cursor && { cursor }) }, (row: Row) => row);
    all.push(page.data);
    cursor = page.nextCursor;
  }
  return all;
}

const row = fc.record({
  id: fc.integer({ min: 1, max: 1_000_000 }),
  name: fc.constantFrom('a', 'b', 'B', 'é', ''),
  size: fc.integer({ min: -1, max: 3 }),
});
const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 40 });
const order = fc.constantFrom<string[][]>(['id'], ['name', 'id'], ['size', 'name', 'id']);

describe('reading page by page', () => {
  it('visits every row of the list once, in its order, whatever the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        order,
        fc.boolean(),
        fc.integer({ min: 1, max: 45 }),
        async (rows, by, down, limit) => {
          database.exec('DELETE FROM things');
          insert(rows);
          const direction = down ? 'DESC' : 'ASC';
          const expected = database
            .prepare(
              `SELECT * FROM things WHERE size >= 0 ORDER BY ${by.map((c) => `${c} ${direction}`).join(', ')}`,
            )
            .all();
          const all = await readAll(listing(by, down), limit);
          expect(all.flat()).toEqual(expected);
          expect(all.slice(0, -1).every((page) => page.length === limit)).toBe(true);
          expect(all.length === 1 || all.at(-1)!.length > 0).toBe(true);
        },
      ),
    );
  });

  it('visits no row twice and misses none while others are added and taken away', async () => {
    await fc.assert(
      fc.asyncProperty(rows, order, fc.integer({ min: 1, max: 10 }), async (rows, by, limit) => {
        database.exec('DELETE FROM things');
        const stay = rows.filter(({ id, size }) => size >= 0 && id % 2 === 0);
        insert(rows);
        let next = 2_000_001;
        const all = await readAll(listing(by, true), limit, () => {
          database.exec('DELETE FROM things WHERE id % 2 = 1 AND id < 2000000 AND rowid % 3 = 0');
          if (next < 2_000_100) insert([{ id: (next += 2), name: 'b', size: 2 }]);
        });
        const ids = all.flat().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(stay.filter(({ id }) => !ids.includes(id))).toEqual([]);
      }),
    );
  });

  it('has 50 rows on a page unless it is told otherwise', async () => {
    insert(Array.from({ length: 60 }, (_, i) => ({ id: i + 1, name: 'a', size: 1 })));
    const { data } = await pages.read(ada, listing(['id'], false), {}, (row) => row);
    expect(data).toHaveLength(50);
  });

  it('is over on a last page that is full', async () => {
    insert([1, 2].map((id) => ({ id, name: 'a', size: 1 })));
    const { nextCursor } = await pages.read(ada, listing(['id'], false), { limit: 2 }, (row) => row);
    expect(nextCursor).toBeNull();
  });
});

describe('a cursor', () => {
  const read = (by: typeof ada, query: object, list = listing(['id'], false)) =>
    pages.read(by, list, query, (row: Row) => row);

  it('is bound to the team, the filters and the list it was made for', async () => {
    insert([1, 2, 3].map((id) => ({ id, name: 'a', size: 1 })));
    const cursor = (await read(ada, { limit: 1, q: 'a' })).nextCursor!;

    expect((await read(ada, { limit: 2, q: 'a', cursor })).data.map(({ id }) => id)).toEqual([2, 3]);
    class Other extends Row {}
    for (const misuse of [
      read(ada, { q: 'b', cursor }),
      read(ada, { cursor }),
      read(systemActor('team_2'), { q: 'a', cursor }),
      read(ada, { q: 'a', cursor }, { ...listing(['id'], false), entity: Other }),
      read(ada, { q: 'a', cursor: `${cursor}x` }),
    ])
      await expect(misuse).rejects.toMatchObject({ type: { code: 'validation-failed' } });
  });
});
