import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { withDeadline } from './deadline.js';
import { RowMapper } from './row-mapper.js';
import { type PreparedStatements, preparedStatementsOf } from './prepared-statements.js';

/** What to read: SQL behind `SELECT ... FROM <table> t`, and the values of its `?` in order. */
export interface SelectOptions {
  /** Another table, called `j`, of which each row of `t` has one. */
  readonly join?: { readonly entity: new () => object; readonly on: string };
  /** The index to use, where the databases may choose a bad one: they know nothing of the values. */
  readonly index?: string;
  readonly where: string;
  readonly values: readonly unknown[];
  readonly orderBy?: string;
  readonly limit?: number;
}

/** What the names of a joined table's columns begin with. */
const JOINED = 'joined_';

/**
 * Reads committed rows, outside any transaction. On SQLite through a read-only connection of its own, so
 * that nobody sees what a running transaction may yet take back; within a transaction use its manager.
 *
 * `select` and `query` skip the query builder and the hydration of TypeORM, which cost more than the
 * database does. Their SQL is written for both dialects.
 */
@Injectable()
export class SqlReader {
  private readonly statements: PreparedStatements;
  private readonly readers = new Map<EntityTarget<ObjectLiteral>, RowMapper<ObjectLiteral>>();

  constructor(private readonly source: DataSource) {
    this.statements = preparedStatementsOf(source);
  }

  get manager(): EntityManager {
    return this.source.manager;
  }

  /** Rows of one table, as objects of `entity`'s shape; with `join`, the row of the other table is their `joined`. */
  async select<T extends ObjectLiteral>(
    entity: new () => T,
    { join, index, where, values, orderBy, limit }: SelectOptions,
  ): Promise<T[]> {
    const reader = this.readerOf(entity);
    const other = join && this.readerOf(join.entity);
    const columns = [reader.columns('t'), ...(other ? [other.columns('j', JOINED)] : [])].join(', ');
    const joining = other ? ` JOIN ${other.table} j ON ${join.on}` : '';
    const tables = `${reader.table} t${hintAt(index)}${joining}`;
    const order = orderBy ? ` ORDER BY ${orderBy}` : '';
    const top = limit === undefined ? '' : ` LIMIT ${roundedUp(limit)}`;
    const rows = await this.query(`SELECT ${columns} FROM ${tables} WHERE ${where}${order}${top}`, values);
    return rows.slice(0, limit).map((row) => {
      const joined = other?.take(row, JOINED);
      return Object.assign(reader.read(row), joined && { joined });
    });
  }

  /** The `columns` of the row `offset` rows behind the first one, or null where there is none. Quick where an index has them all. */
  async valuesAt(
    entity: new () => object,
    { index, where, values, orderBy }: SelectOptions,
    columns: readonly string[],
    offset: number,
  ): Promise<Array<string | number> | null> {
    const selected = columns.map((column) => `t.${column}`).join(', ');
    const tables = `${this.readerOf(entity).table} t${hintAt(index)}`;
    const [row] = await this.query<Record<string, string | number>>(
      `SELECT ${selected} FROM ${tables} WHERE ${where} ORDER BY ${orderBy} LIMIT 1 OFFSET ${offset}`,
      values,
    );
    return row ? columns.map((column) => row[column]!) : null;
  }

  /** How many rows there are, counted no further than `most`. */
  async countUpTo(
    entity: new () => object,
    { index, where, values }: SelectOptions,
    most: number,
  ): Promise<number> {
    const tables = `${this.readerOf(entity).table} t${hintAt(index)}`;
    const [row] = await this.query<{ count: number | string }>(
      `SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM ${tables} WHERE ${where} LIMIT ${most}) counted`,
      values,
    );
    return Number(row!.count);
  }

  /** One row, or null. */
  async selectOne<T extends ObjectLiteral>(
    entity: new () => T,
    where: string,
    values: readonly unknown[],
    join?: SelectOptions['join'],
  ): Promise<T | null> {
    const [row] = await this.select(entity, { where, values, limit: 1, ...(join && { join }) });
    return row ?? null;
  }

  /** Rows as the driver gives them. */
  query<Row = Record<string, unknown>>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const rows = this.statements.execute(sql, values) as Promise<Row[]>;
    return dialect === 'mysql' ? withDeadline(rows) : rows;
  }

  private readerOf<T extends ObjectLiteral>(entity: new () => T): RowMapper<T> {
    let reader = this.readers.get(entity);
    if (!reader) {
      reader = new RowMapper(this.source.getMetadata(entity));
      this.readers.set(entity, reader);
    }
    return reader as RowMapper<T>;
  }
}

export const hintAt = (index: string | undefined): string => {
  if (!index) return '';
  return dialect === 'sqlite' ? ` INDEXED BY ${index}` : ` FORCE INDEX (${index})`;
};

/** The usual limits, each with the one row that tells whether there are more. */
const LIMITS = [1, 2, 6, 11, 21, 26, 51, 101, 201, 501, 1_001];

/**
 * A limit from a short list, so that there are few statements: each text is prepared on the server. It is not
 * a `?`, because MySQL takes no floating-point number there, and the driver sends every number as one.
 */
const roundedUp = (limit: number): number => LIMITS.find((each) => each >= limit) ?? limit;
