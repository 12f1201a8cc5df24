import type { Position } from '../crypto/cursors.js';
import type { Condition } from '../database/condition.js';

/** A list that is read page by page. */
export interface Listing<Row> {
  readonly entity: new () => Row;
  /** See `SelectOptions.join`. */
  readonly join?: { readonly entity: new () => object; readonly on: string };
  /** See `SelectOptions.index`. */
  readonly index?: string;
  /** All of them hold. */
  readonly conditions: readonly Condition[];
  /**
   * They hold too, but no index leads past the rows that fail them, of which there may be very many: so many
   * rows are looked at and no more, and a page may come back short.
   */
  readonly filters?: readonly Condition[];
  /** Behind what to go on, when nothing that passes comes sooner than there; `end` when nothing comes at all. */
  readonly leap?: (behind: Position | null) => Promise<Position | 'end' | null>;
  /** Columns that order the list; the last one is unique. An index begins with the conditions and ends with them. */
  readonly orderBy: readonly string[];
  readonly descending: boolean;
}
