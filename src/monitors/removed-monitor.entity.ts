import { Entity, PrimaryColumn } from 'typeorm';
import { BigIntegerColumn } from '../database/columns.js';

/** A monitor that is gone, while its history is still being removed bit by bit. */
@Entity('removed_monitors')
export class RemovedMonitor {
  @PrimaryColumn('varchar', { length: 40 }) monitorId: string;
  @BigIntegerColumn() removedAt: number;
}
