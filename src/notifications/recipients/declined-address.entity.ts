import { Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../../database/columns.js';

/** An address whose owner wants to be asked no more. */
@Entity('declined_addresses')
export class DeclinedAddress {
  /** See `addressDigest`. */
  @PrimaryColumn('varchar', { length: 64 }) addressDigest: string;
  @TimestampColumn() declinedAt: Date;
}
