import type { FindOptionsWhere, ObjectLiteral, Repository } from 'typeorm';
import { findAllLocked, findLocked } from './locks.js';
import type { SqlReader } from './sql-reader.js';
import type { Transaction } from './transactions.js';

type Where<Row> = FindOptionsWhere<Row>;
type Edit<Row extends ObjectLiteral> = Parameters<Repository<Row>['update']>[1];

/**
 * What the repositories of all features have in common. A repository is the one place that knows the tables of its
 * feature: its methods have the names of what they are asked for, and are the only ones with SQL in them.
 *
 * What takes a transaction sees and writes in it. What takes none reads what is committed, by prepared statements
 * (see `SqlReader`), and must not be called within a transaction.
 */
export abstract class BaseRepository<Row extends ObjectLiteral> {
  constructor(
    private readonly repository: Repository<Row>,
    protected readonly sql: SqlReader,
  ) {}

  async insert(tx: Transaction, rows: Row | Row[]): Promise<void> {
    await this.within(tx).insert(rows as Parameters<Repository<Row>['insert']>[0]);
  }

  /** Answers how many rows there were. */
  async update(tx: Transaction, where: Where<Row>, edit: Edit<Row>): Promise<number> {
    return (await this.within(tx).update(where, edit)).affected!;
  }

  /** Answers how many rows there were. */
  async delete(tx: Transaction, where: Where<Row>): Promise<number> {
    return (await this.within(tx).delete(where)).affected!;
  }

  findAll(tx: Transaction, where: Where<Row>): Promise<Row[]> {
    return this.within(tx).findBy(where);
  }

  /** A row, held until the transaction ends; null where there is none. */
  lock({ manager }: Transaction, where: Where<Row>): Promise<Row | null> {
    return findLocked(manager, this.repository.target, where);
  }

  /** All rows that there are, held until the transaction ends. */
  lockAll({ manager }: Transaction, where: Where<Row>): Promise<Row[]> {
    return findAllLocked(manager, this.repository.target, where);
  }

  protected within({ manager }: Transaction): Repository<Row> {
    return manager.getRepository(this.repository.target);
  }
}
