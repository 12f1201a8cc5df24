import { Entity } from 'typeorm';
import { IdColumn, TimestampColumn, TextColumn } from './columns.js';

/** The one row that stands for this installation. Whoever must be alone in it locks this row. */
@Entity('instance')
export class Instance {
  static readonly id = 'instance';

  @IdColumn() id: string;
  /** Tells whether the master secret is the one this database was made under. */
  @TextColumn(64) fingerprint: string;
  @TimestampColumn() createdAt: Date;
}
