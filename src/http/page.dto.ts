import { IsString, MaxLength } from 'class-validator';
import { Optional, QueryInteger } from './fields.js';

/** Which page of a list to answer. */
export class PageQuery {
  /** How many entries a page has at most. */
  @QueryInteger(1, 200, 50)
  limit?: number;

  /** Where the page begins: `nextCursor` of the page before it, with the same filters. */
  @Optional()
  @MaxLength(1000)
  @IsString()
  cursor?: string;
}
