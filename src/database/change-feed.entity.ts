import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BigIntegerColumn, BigIntegerKey } from './columns.js';

/** That a thing was changed. */
@Entity('change_feed')
@Index('change_feed_publishedAt', ['publishedAt'])
export class ChangeFeedEntry {
  @BigIntegerKey() version: number;
  @PrimaryColumn('varchar', { length: 30 }) kind: string;
  @PrimaryColumn('varchar', { length: 40 }) subjectId: string;
  @BigIntegerColumn() publishedAt: number;
}

/** The one row whose lock puts all changes in one order. */
@Entity('change_feed_version')
export class ChangeFeedVersion {
  @PrimaryColumn('int') id: number;
  @BigIntegerColumn() version: number;
}
