import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { withDeadline } from './deadline.js';
import { RowReader } from './row-reader.js';
import { type Statements, statementsOf } from './statements.js';

/** What to read: SQL behind `SELECT ... FROM <table> t`, and the values of its `?` in order. */
export interface Selection {
  readonly where: string;
  readonly values: readonly unknown[];
  readonly orderBy?: string;
  readonly limit?: number;
}

/**
 * Reads committed rows, outside any transaction. On SQLite through a read-only connection of its own, so
 * that nobody sees what a running transaction may yet take back; within a transaction use its manager.
 *
 * `select` and `query` skip the query builder and the hydration of TypeORM, which cost more than the
 * database does. Their SQL is written for both dialects.
 */
@Injectable()
export class Reads {
  private readonly statements: Statements;
  private readonly readers = new Map<EntityTarget<ObjectLiteral>, RowReader<ObjectLiteral>>();

  constructor(private readonly source: DataSource) {
    this.statements = statementsOf(source);
  }

  get manager(): EntityManager {
    return this.source.manager;
  }

  /** Rows of one table, as objects of `entity`'s shape. */
  async select<T extends ObjectLiteral>(
    entity: new () => T,
    { where, values, orderBy, limit }: Selection,
  ): Promise<T[]> {
    const reader = this.readerOf(entity);
    const order = orderBy ? ` ORDER BY ${orderBy}` : '';
    const top = limit === undefined ? '' : ` LIMIT ${limit}`;
    const rows = await this.query(`${reader.select} WHERE ${where}${order}${top}`, values);
    return rows.map((row) => reader.read(row));
  }

  /** One row, or null. */
  async selectOne<T extends ObjectLiteral>(
    entity: new () => T,
    where: string,
    values: readonly unknown[],
  ): Promise<T | null> {
    const [row] = await this.select(entity, { where, values, limit: 1 });
    return row ?? null;
  }

  /** Rows as the driver gives them. */
  query<Row = Record<string, unknown>>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const rows = this.statements.execute(sql, values) as Promise<Row[]>;
    return dialect === 'mysql' ? withDeadline(rows) : rows;
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  private readerOf<T extends ObjectLiteral>(entity: new () => T): RowReader<T> {
    let reader = this.readers.get(entity);
    if (!reader) {
      reader = new RowReader(this.source.getMetadata(entity));
      this.readers.set(entity, reader);
    }
    return reader as RowReader<T>;
  }
}
