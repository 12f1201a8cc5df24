import { Injectable } from '@nestjs/common';
import type { ActorContext } from '../auth/principal.js';
import { Cursors, type Position } from '../crypto/cursors.js';
import { SqlReader } from '../database/sql-reader.js';
import { validationFailed } from './validation.pipe.js';
import type { PageQuery } from './page.dto.js';
import { scan } from './page-scan.js';
import type { Listing } from './listing.js';

/** A page of a list, and where the next one begins. */
export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

const DEFAULT_LIMIT = 50;

/**
 * Reads lists page by page with keyset paging: a page begins behind the last row of the one before it, so
 * that its cost does not grow with its number, and rows that are added do not shift it.
 */
@Injectable()
export class Pages {
  constructor(
    private readonly reads: SqlReader,
    private readonly cursors: Cursors,
  ) {}

  /**
   * A page of `listing` for `by`, as `query` asks. A cursor is bound to the caller, the team, the list and
   * all filters of the query; any other is refused with `validation-failed`.
   */
  async read<Row extends object, T>(
    by: ActorContext,
    listing: Listing<Row>,
    query: PageQuery,
    present: (row: Row) => T,
  ): Promise<Page<T>> {
    const { limit = DEFAULT_LIMIT, cursor } = query;
    const name = nameOf(by, listing, query);
    const start = cursor === undefined ? null : this.position(cursor, name);
    const { rows, next } = await scan(this.reads, listing, start, limit);
    return { data: rows.map(present), nextCursor: next && this.cursors.encode(next, name) };
  }

  private position(cursor: string, name: string): Position {
    const position = this.cursors.decode(cursor, name);
    if (!position)
      throw validationFailed({
        parameter: 'cursor',
        code: 'cursor',
        message: 'The cursor is not one of this list with these filters.',
      });
    return position;
  }
}

/**
 * What a cursor is bound to: who asks, for which list, of what (the path says), and with which filters, in
 * whatever order they stand.
 */
function nameOf(
  { actor, teamId, context }: ActorContext,
  listing: Listing<object>,
  query: PageQuery,
): string {
  const { limit: _, cursor: __, ...filters } = query;
  const sorted = (values: object) => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    actor.id,
    teamId,
    context?.route,
    sorted(context?.parameters ?? {}),
    listing.entity.name,
    sorted(filters),
  ]);
}
