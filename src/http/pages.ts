import { Injectable } from '@nestjs/common';
import type { Initiator } from '../access/principal.js';
import { Cursors, type Position } from '../crypto/cursors.js';
import { Reads } from '../database/reads.js';
import { invalid } from './validation.pipe.js';
import type { PageQuery } from './page.dto.js';

/** A page of a list, and where the next one begins. */
export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

/** A condition on table `t`, and the values of its `?`. */
export type Condition = readonly [sql: string, ...values: unknown[]];

/** A list that is read page by page. */
export interface Listing<Row> {
  readonly entity: new () => Row;
  /** See `Selection.join`. */
  readonly join?: { readonly entity: new () => object; readonly on: string };
  /** See `Selection.index`. */
  readonly index?: string;
  /** All of them hold. */
  readonly conditions: readonly Condition[];
  /** Columns that order the list; the last one is unique. An index begins with the conditions and ends with them. */
  readonly orderBy: readonly string[];
  readonly descending: boolean;
}

const DEFAULT_LIMIT = 50;

/**
 * Reads lists page by page with keyset paging: a page begins behind the last row of the one before it, so
 * that its cost does not grow with its number, and rows that are added do not shift it.
 */
@Injectable()
export class Pages {
  constructor(
    private readonly reads: Reads,
    private readonly cursors: Cursors,
  ) {}

  /**
   * A page of `listing` for `by`, as `query` asks. A cursor is bound to the caller, the team, the list and
   * all filters of the query; any other is refused with `validation-failed`.
   */
  async read<Row extends object, T>(
    by: Initiator,
    listing: Listing<Row>,
    query: PageQuery,
    present: (row: Row) => T,
  ): Promise<Page<T>> {
    const { limit = DEFAULT_LIMIT, cursor, ...filters } = query;
    const name = JSON.stringify([by.actor.id, by.teamId, listing.entity.name, filters]);
    const conditions =
      cursor === undefined
        ? listing.conditions
        : [...listing.conditions, behind(listing, this.position(cursor, name))];
    const direction = listing.descending ? 'DESC' : 'ASC';
    const rows = await this.reads.select(listing.entity, {
      ...(listing.join && { join: listing.join }),
      ...(listing.index && { index: listing.index }),
      where: conditions.map(([sql]) => sql).join(' AND '),
      values: conditions.flatMap(([, ...values]) => values),
      orderBy: listing.orderBy.map((column) => `t.${column} ${direction}`).join(', '),
      limit: limit + 1,
    });
    const last = rows.length > limit ? rows[limit - 1]! : null;
    return {
      data: rows.slice(0, limit).map(present),
      nextCursor:
        last &&
        this.cursors.encode(
          listing.orderBy.map((column) => last[column as keyof Row] as string | number),
          name,
        ),
    };
  }

  private position(cursor: string, name: string): Position {
    const position = this.cursors.decode(cursor, name);
    if (!position)
      throw invalid({
        parameter: 'cursor',
        code: 'cursor',
        message: 'The cursor is not one of this list with these filters.',
      });
    return position;
  }
}

/** Written out instead of as a row comparison, which MySQL does not answer from an index. */
function behind(listing: Listing<object>, position: Position): Condition {
  const sign = listing.descending ? '<' : '>';
  const columns = listing.orderBy;
  const alternatives = columns.map((column, i) =>
    [...columns.slice(0, i).map((equal) => `t.${equal} = ?`), `t.${column} ${sign} ?`].join(' AND '),
  );
  const values = columns.flatMap((_, i) => position.slice(0, i + 1));
  return [`(${alternatives.map((alternative) => `(${alternative})`).join(' OR ')})`, ...values];
}
