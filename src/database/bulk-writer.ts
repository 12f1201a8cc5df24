import type { Statement } from 'better-sqlite3';
import { type EntityManager, type ObjectLiteral, QueryFailedError } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { isUniqueViolation } from './errors.js';
import { named, prepare } from './prepared-statements.js';
import { toSqlite } from './row-mapper.js';
import type { TableMapping } from './table-mapping.js';

type Values = readonly unknown[];

/** Reads and writes many rows in a transaction, past everything that TypeORM does for each. */
export interface BulkWriter {
  /** Inserts the rows whose key is not there yet, and says of each whether that was so. No two may have the same key. */
  insertNew<T extends ObjectLiteral>(table: TableMapping<T>, rows: readonly T[]): Promise<boolean[]>;
  /** Inserts rows, or overwrites those with the same key. */
  upsert<T extends ObjectLiteral>(table: TableMapping<T>, rows: readonly T[]): Promise<void>;
  /** The rows with these keys that there are, in any order; held until the transaction ends with `lock`. */
  find<T extends ObjectLiteral>(
    table: TableMapping<T>,
    keys: readonly Values[],
    lock?: 'share' | 'update',
  ): Promise<T[]>;
}

/** Within the transaction of `manager`. */
export const bulkWriterOf = (manager: EntityManager): BulkWriter =>
  dialect === 'sqlite' ? new SqliteRowStatements(manager) : new MysqlRowStatements(manager);

const list = (columns: readonly string[]): string => columns.join(', ');
const valuesOf = (columns: readonly string[], row: ObjectLiteral): unknown[] =>
  columns.map((column) => row[column]);

/** One prepared statement, run for each row: the database is in the same process, and a statement of many rows takes longer. */
class SqliteRowStatements implements BulkWriter {
  constructor(private readonly manager: EntityManager) {}

  async insertNew<T extends ObjectLiteral>(table: TableMapping<T>, rows: readonly T[]): Promise<boolean[]> {
    const sql = `${insertion(table)} ON CONFLICT (${list(table.key)}) DO NOTHING`;
    const values = rows.map((row) => valuesOf(table.columns, row));
    return this.each(sql, values, (statement, bound) => statement.run(...bound).changes > 0);
  }

  async upsert<T extends ObjectLiteral>(table: TableMapping<T>, rows: readonly T[]): Promise<void> {
    const set = list(table.overwritten.map((column) => `${column} = excluded.${column}`));
    const sql = `${insertion(table)} ON CONFLICT (${list(table.key)}) DO UPDATE SET ${set}`;
    const values = rows.map((row) => valuesOf(table.columns, row));
    this.each(sql, values, (statement, bound) => statement.run(...bound));
  }

  async find<T extends ObjectLiteral>(
    { name, columns, key, reader }: TableMapping<T>,
    keys: readonly Values[],
  ): Promise<T[]> {
    const where = key.map((column) => `${column} = ?`).join(' AND ');
    const sql = `SELECT ${list(columns)} FROM ${name} WHERE ${where}`;
    const rows = this.each(sql, keys, (statement, bound) => statement.get(...bound));
    return rows.flatMap((row) => (row ? [reader.read(named(columns, row as unknown[]))] : []));
  }

  private each<Result>(
    sql: string,
    rows: readonly Values[],
    execute: (statement: Statement, bound: unknown[]) => Result,
  ): Result[] {
    const { dataSource, queryRunner } = this.manager;
    const { statement } = prepare(dataSource, sql);
    return rows.map((values) => {
      dataSource.logger.logQuery(sql, values as unknown[], queryRunner);
      try {
        return execute(statement, values.map(toBound));
      } catch (error) {
        throw new QueryFailedError(sql, values as unknown[], error as Error);
      }
    });
  }
}

const insertion = ({ name, columns }: Pick<TableMapping<ObjectLiteral>, 'name' | 'columns'>): string =>
  `INSERT INTO ${name} (${list(columns)}) VALUES (${list(columns.map(() => '?'))})`;

const toBound = (value: unknown): unknown => (typeof value === 'boolean' ? Number(value) : toSqlite(value));

/** Rows of one statement. MariaDB makes a temporary table of a list of 1,000 values, and then reads all of the other. */
const ROWS = 300;
const locks = { share: ' LOCK IN SHARE MODE', update: ' FOR UPDATE' };

/** Statements of many rows, because each is a way to the server and back. */
class MysqlRowStatements implements BulkWriter {
  constructor(private readonly manager: EntityManager) {}

  async insertNew<T extends ObjectLiteral>(table: TableMapping<T>, rows: readonly T[]): Promise<boolean[]> {
    const isNew: boolean[] = [];
    await inParts(rows, async (part) => isNew.push(...(await this.insertPart(table, part))));
    return isNew;
  }

  async upsert<T extends ObjectLiteral>(table: TableMapping<T>, rows: readonly T[]): Promise<void> {
    const { name, columns, overwritten } = table;
    const set = list(overwritten.map((column) => `${column} = VALUES(${column})`));
    const sql = `INSERT INTO ${name} (${list(columns)}) VALUES ? ON DUPLICATE KEY UPDATE ${set}`;
    await inParts(rows, (part) => this.manager.query(sql, [part.map((row) => valuesOf(columns, row))]));
  }

  async find<T extends ObjectLiteral>(
    { name, columns, key, reader }: TableMapping<T>,
    keys: readonly Values[],
    lock?: 'share' | 'update',
  ): Promise<T[]> {
    const sql = `SELECT ${list(columns)} FROM ${name} WHERE (${list(key)}) IN (?)${lock ? locks[lock] : ''}`;
    const found: T[] = [];
    await inParts(keys, async (part) => {
      const rows = (await this.manager.query(sql, [key.length === 1 ? part.flat() : part])) as Array<
        Record<string, unknown>
      >;
      for (const row of rows) found.push(reader.read(row));
    });
    return found;
  }

  /** A statement that fails for a row that is there leaves nothing behind, and the transaction goes on. */
  private async insertPart<T extends ObjectLiteral>(
    table: TableMapping<T>,
    part: readonly T[],
  ): Promise<boolean[]> {
    const { name, columns, key } = table;
    const sql = `INSERT INTO ${name} (${list(columns)}) VALUES ?`;
    const rows = part.map((row) => valuesOf(columns, row));
    try {
      await this.manager.query(sql, [rows]);
      return part.map(() => true);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    const keys = part.map((row) => valuesOf(key, row));
    const there = new Set((await this.find(table, keys)).map((row) => valuesOf(key, row).join(' ')));
    const isNew = keys.map((values) => !there.has(values.join(' ')));
    const missing = rows.filter((_, i) => isNew[i]);
    if (missing.length > 0) await this.manager.query(sql, [missing]);
    return isNew;
  }
}

async function inParts<T>(all: readonly T[], execute: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < all.length; i += ROWS) await execute(all.slice(i, i + ROWS));
}
