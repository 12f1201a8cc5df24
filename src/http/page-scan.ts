import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../crypto/cursors.js';
import { allOf, type Condition } from '../database/condition.js';
import type { SqlReader, SelectOptions } from '../database/sql-reader.js';
import type { Listing } from './listing.js';

/** How much one request may look at to fill a page. */
export interface ScanBudget {
  /** Rows that are looked at in one statement. On SQLite nothing else happens meanwhile: it takes some 10 ms. */
  readonly rows: number;
  /** How often. */
  readonly turns: number;
}

const BUDGET: ScanBudget = { rows: 5_000, turns: 4 };

/** Rows of a list, in its order, and behind what to go on; null where the list is over. */
export interface Scanned<Row> {
  readonly rows: Row[];
  readonly next: Position | null;
}

/**
 * At most `limit` rows of `listing` behind `start`. Where it has filters, no more rows are looked at than
 * `budget` says: fewer than `limit` may be found, or none, although there are more behind `next`.
 */
export async function scan<Row extends object>(
  reads: SqlReader,
  listing: Listing<Row>,
  start: Position | null,
  limit: number,
  budget = BUDGET,
): Promise<Scanned<Row>> {
  const rows: Row[] = [];
  let behind = start;
  for (let turn = 1; ; turn += 1) {
    const leap = listing.leap && (await listing.leap(behind));
    if (leap === 'end') return { rows, next: null };
    if (leap) {
      behind = leap;
      await nextTurn();
    }
    const reached = listing.filters?.length ? await lastWithin(reads, listing, behind, budget.rows) : null;
    rows.push(...(await between(reads, listing, behind, reached, limit + 1 - rows.length)));
    if (rows.length > limit)
      return { rows: rows.slice(0, limit), next: positionOf(listing, rows[limit - 1]!) };
    if (reached === null || turn === budget.turns) return { rows, next: reached };
    behind = reached;
    await nextTurn();
  }
}

/** The position `count` rows on, filters aside; null where there are fewer. */
function lastWithin<Row extends object>(
  reads: SqlReader,
  listing: Listing<Row>,
  behind: Position | null,
  count: number,
): Promise<Position | null> {
  const conditions = [...listing.conditions, ...(behind ? [isBehind(listing, behind)] : [])];
  return reads.valuesAt(listing.entity, selection(listing, conditions), listing.orderBy, count - 1);
}

function between<Row extends object>(
  reads: SqlReader,
  listing: Listing<Row>,
  behind: Position | null,
  last: Position | null,
  limit: number,
): Promise<Row[]> {
  const conditions = [
    ...listing.conditions,
    ...(behind ? [isBehind(listing, behind)] : []),
    ...(last ? [isUpTo(listing, last)] : []),
    ...(listing.filters ?? []),
  ];
  return reads.select(listing.entity, {
    ...selection(listing, conditions),
    ...(listing.join && { join: listing.join }),
    limit,
  });
}

function selection(listing: Listing<object>, conditions: readonly Condition[]): SelectOptions {
  const direction = listing.descending ? 'DESC' : 'ASC';
  return {
    ...(listing.index && { index: listing.index }),
    ...allOf(conditions),
    orderBy: listing.orderBy.map((column) => `t.${column} ${direction}`).join(', '),
  };
}

const positionOf = <Row extends object>({ orderBy }: Listing<Row>, row: Row): Position =>
  orderBy.map((column) => row[column as keyof Row] as string | number);

const isBehind = (listing: Listing<object>, position: Position): Condition =>
  compared(listing, position, listing.descending ? '<' : '>', '');
const isUpTo = (listing: Listing<object>, position: Position): Condition =>
  compared(listing, position, listing.descending ? '>' : '<', '=');

/** Written out instead of as a row comparison, which MySQL does not answer from an index. */
function compared(
  { orderBy }: Listing<object>,
  position: Position,
  sign: string,
  orEqual: string,
): Condition {
  const alternatives = orderBy.map((column, i) => {
    const isLast = i === orderBy.length - 1;
    const equal = orderBy.slice(0, i).map((before) => `t.${before} = ?`);
    return [...equal, `t.${column} ${sign}${isLast ? orEqual : ''} ?`].join(' AND ');
  });
  const values = orderBy.flatMap((_, i) => position.slice(0, i + 1));
  return [`(${alternatives.map((alternative) => `(${alternative})`).join(' OR ')})`, ...values];
}
