import { Entity } from 'typeorm';
import { BigIntegerColumn, IdColumn, JsonColumn } from '../database/columns.js';
import type { Endpoints } from './egress-policy.js';

/** What a process keeps closed to requests of all of them. Times are epoch milliseconds of the database's clock. */
@Entity('process_endpoints')
export class ProcessEndpoints {
  @IdColumn() id: string;
  @JsonColumn() endpoints: Endpoints;
  @BigIntegerColumn() seenUntil: number;
}
