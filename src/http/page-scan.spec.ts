import { afterAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import type { Position } from '../crypto/cursors.js';
import type { SqlReader, SelectOptions } from '../database/sql-reader.js';
import { type Scanned, scan } from './page-scan.js';
import type { Listing } from './listing.js';

class Row {
  id: number;
  size: number;
  kind: number;
}

const database = new Database(':memory:');
database.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, kind INTEGER NOT NULL)');
afterAll(() => {
  database.close();
});

/** How many rows the last statement looked at. */
let looked = 0;
const reads = {
  select: async (_: unknown, { where, values, orderBy, limit }: SelectOptions) => {
    const [own, filter] = where.split(' AND t.kind');
    const count = filter === undefined ? 0 : 1;
    looked = database
      .prepare(`SELECT 1 FROM things t WHERE ${own}`)
      .all(...values.slice(0, values.length - count)).length;
    return database
      .prepare(`SELECT * FROM things t WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`)
      .all(...values);
  },
  valuesAt: async (
    _: unknown,
    { where, values, orderBy }: SelectOptions,
    columns: string[],
    offset: number,
  ) =>
    database
      .prepare(`SELECT ${columns} FROM things t WHERE ${where} ORDER BY ${orderBy} LIMIT 1 OFFSET ${offset}`)
      .raw()
      .get(...values) ?? null,
} as unknown as SqlReader;

const row = fc.record({
  id: fc.integer({ min: 1, max: 1_000 }),
  size: fc.integer({ min: 0, max: 5 }),
  kind: fc.integer({ min: 0, max: 2 }),
});
const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 60 });
const order = fc.constantFrom<string[][]>(['id'], ['size', 'id']);

describe('a list that is filtered row by row', () => {
  const everything = async (
    listing: Listing<Row>,
    limit: number,
    budget: { rows: number; turns: number },
  ) => {
    const found: Row[] = [];
    let pages = 0;
    for (let start: Position | null = null; ; pages += 1) {
      const { rows, next }: Scanned<Row> = await scan(reads, listing, start, limit, budget);
      expect(rows.length).toBeLessThanOrEqual(limit);
      found.push(...rows);
      if (next === null) return found;
      start = next;
    }
  };
  const fill = (rows: Row[]) => {
    database.exec('DELETE FROM things');
    const statement = database.prepare('INSERT INTO things (id, size, kind) VALUES (?, ?, ?)');
    for (const { id, size, kind } of rows) statement.run(id, size, kind);
  };
  const listing = (orderBy: string[], descending: boolean): Listing<Row> => ({
    entity: Row,
    conditions: [['t.size >= ?', 1]],
    filters: [['t.kind = ?', 1]],
    orderBy,
    descending,
  });
  const budget = fc.record({ rows: fc.integer({ min: 1, max: 7 }), turns: fc.integer({ min: 1, max: 3 }) });
  const limit = fc.integer({ min: 1, max: 9 });

  it('is read whole, in its order, by whoever follows the cursors, and none of its pages looks at more than it may', async () => {
    await fc.assert(
      fc.asyncProperty(rows, order, fc.boolean(), limit, budget, async (all, by, down, limit, budget) => {
        fill(all);
        const direction = down ? 'DESC' : 'ASC';
        const expected = database
          .prepare(
            `SELECT * FROM things WHERE size >= 1 AND kind = 1 ORDER BY ${by.map((column) => `${column} ${direction}`).join(', ')}`,
          )
          .all();
        expect(await everything(listing(by, down), limit, budget)).toEqual(expected);
      }),
    );
  });

  it('is looked at in steps of so many rows', async () => {
    fill(Array.from({ length: 50 }, (_, i) => ({ id: i + 1, size: 1, kind: 0 })));
    const { rows, next } = await scan(reads, listing(['id'], true), null, 5, { rows: 10, turns: 3 });
    expect({ rows, next, looked }).toEqual({ rows: [], next: [21], looked: 10 });
  });

  it('is over for who leaps to its end, and goes on behind where a leap leads', async () => {
    fill(Array.from({ length: 50 }, (_, i) => ({ id: i + 1, size: 1, kind: i === 4 ? 1 : 0 })));
    const leaping = (to: Position | 'end'): Listing<Row> => ({
      ...listing(['id'], true),
      leap: async () => to,
    });
    const scanned = (to: Position | 'end') => scan(reads, leaping(to), null, 5, { rows: 10, turns: 1 });
    expect(await scanned('end')).toEqual({ rows: [], next: null });
    expect(await scanned([6])).toEqual({ rows: [{ id: 5, size: 1, kind: 1 }], next: null });
  });
});
