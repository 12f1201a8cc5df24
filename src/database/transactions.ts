import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { isDeadlock } from './errors.js';
import { forgetTransaction } from './typeorm-internals.js';

const DEADLOCK_RETRIES = 5;

/** A transaction in progress. Repositories write in it; nothing else uses its manager. */
export interface Transaction {
  readonly manager: EntityManager;
}

/** A transaction with more to it. It is made of another one, so that nobody has to take out the manager. */
export abstract class ExtendedTransaction implements Transaction {
  readonly manager: EntityManager;

  constructor({ manager }: Transaction) {
    this.manager = manager;
  }
}

type Work<T> = (tx: Transaction) => Promise<T>;

/**
 * Runs work in a transaction of its own, the only way to write.
 *
 * On SQLite transactions queue: TypeORM has one connection there, and would make overlapping transactions
 * savepoints of each other, so that one that rolls back takes the rows of its neighbours along. On MySQL
 * and MariaDB a transaction that loses a deadlock is run again, so `work` must not have effects elsewhere.
 */
@Injectable()
export class Transactions {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly source: DataSource) {}

  run<T>(work: Work<T>): Promise<T> {
    const inTransaction = (manager: EntityManager) => work({ manager });
    return dialect === 'sqlite' ? this.queued(inTransaction) : this.retried(inTransaction);
  }

  private queued<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = this.last.then(() => this.source.transaction(work));
    this.last = result.catch(() => this.reset()).catch(() => {});
    return result;
  }

  /**
   * SQLite takes a transaction back by itself when its disk is full or fails. TypeORM then takes it for open,
   * and has the next ones be parts of it: they would seem to succeed, and none would ever be committed.
   */
  private async reset(): Promise<void> {
    const runner = this.source.createQueryRunner();
    if (!runner.isTransactionActive) return;
    await runner.query('ROLLBACK').catch(() => {});
    forgetTransaction(runner);
  }

  /** Read committed, because a repeatable read would count rows as they were before a lock was waited for. */
  private async retried<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.source.transaction('READ COMMITTED', work);
      } catch (error) {
        if (!isDeadlock(error) || attempt === DEADLOCK_RETRIES) throw error;
        await wait(Math.random() * 10 * 2 ** attempt);
      }
    }
  }
}
