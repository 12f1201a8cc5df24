import type { Database, Statement } from 'better-sqlite3';
import type { Pool } from 'mysql2';
import { type DataSource, QueryFailedError } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { toSqlite } from './row-mapper.js';

type Row = Record<string, unknown>;

/** Executes statements that read, straight on the driver: what TypeORM lays around each costs more than the look-up. */
export interface PreparedStatements {
  execute(sql: string, values: readonly unknown[]): Promise<Row[]>;
}

export const statementsOf = (source: DataSource): PreparedStatements =>
  dialect === 'sqlite' ? new SqliteStatements(source) : new MysqlStatements(source);

/** How many prepared statements are kept: lists with all their filters make some hundreds. */
const PREPARED = 500;

/** A prepared statement and the names of its columns. */
interface Prepared {
  readonly statement: Statement;
  readonly columns: readonly string[];
}

/** Rows come as lists of values and are named here: that takes half the time of the driver's own objects. */
class SqliteStatements implements PreparedStatements {
  private readonly prepared = new Map<string, Prepared>();

  constructor(private readonly source: DataSource) {}

  async execute(sql: string, values: readonly unknown[]): Promise<Row[]> {
    this.source.logger.logQuery(sql, values as unknown[]);
    try {
      const { statement, columns } = this.prepare(sql);
      return (statement.all(...values.map(toSqlite)) as unknown[][]).map((row) => named(columns, row));
    } catch (error) {
      throw new QueryFailedError(sql, values as unknown[], error as Error);
    }
  }

  private prepare(sql: string): Prepared {
    let prepared = this.prepared.get(sql);
    if (!prepared) {
      const { databaseConnection } = this.source.driver as unknown as { databaseConnection: Database };
      const statement = databaseConnection.prepare(sql).raw();
      prepared = { statement, columns: statement.columns().map(({ name }) => name) };
      if (this.prepared.size >= PREPARED) this.prepared.clear();
      this.prepared.set(sql, prepared);
    }
    return prepared;
  }
}

function named(columns: readonly string[], values: readonly unknown[]): Row {
  const row: Row = {};
  for (let i = 0; i < columns.length; i += 1) row[columns[i]!] = values[i];
  return row;
}

/** Prepared on the server: it parses and plans a statement once a connection. */
class MysqlStatements implements PreparedStatements {
  constructor(private readonly source: DataSource) {}

  execute(sql: string, values: readonly unknown[]): Promise<Row[]> {
    this.source.logger.logQuery(sql, values as unknown[]);
    const { pool } = this.source.driver as unknown as { pool: Pool | undefined };
    return new Promise((resolve, reject) => {
      if (!pool) throw new Error('Pool is closed.');
      pool.execute(sql, values as never[], (error, rows) => {
        if (error) reject(new QueryFailedError(sql, values as unknown[], error));
        else resolve(rows as Row[]);
      });
    });
  }
}
