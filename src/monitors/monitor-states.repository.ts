import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, MoreThan, Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import { MonitorState } from './monitor-state.entity.js';
import { unchecked } from './monitor-states.js';

/** What is known of monitors from their checks, as far as others than checks have to do with it. */
@Injectable()
export class MonitorStatesRepository extends BaseRepository<MonitorState> {
  constructor(@InjectRepository(MonitorState) states: Repository<MonitorState>, sql: SqlReader) {
    super(states, sql);
  }

  /** Of a monitor that there is. */
  findOf(tx: Transaction, monitorId: string): Promise<MonitorState> {
    return this.within(tx).findOneByOrFail({ monitorId });
  }

  /**
   * Whether there is a monitor of this id. Until the transaction ends nothing is stored of its checks by others,
   * and nobody deletes it.
   */
  async lockOf(tx: Transaction, monitorId: string): Promise<boolean> {
    return (await this.lock(tx, { monitorId })) !== null;
  }

  /** Forgets where the schedule stood: a monitor that is resumed missed nothing. */
  async resetSchedule(tx: Transaction, monitorId: string, at: Date): Promise<void> {
    await this.update(tx, { monitorId }, { ...unchecked(at), pausedAt: null });
  }

  /** Has the last checks of monitors, and those under way, speak for no time after `at`: they are not checked any more. */
  async endObservations(tx: Transaction, monitorIds: readonly string[], at: Date): Promise<void> {
    const pausedAt = at.getTime();
    const monitors = { monitorId: In(monitorIds) };
    await this.update(tx, monitors, { pausedAt });
    await this.update(tx, { ...monitors, observedUntil: MoreThan(pausedAt) }, { observedUntil: pausedAt });
  }
}
