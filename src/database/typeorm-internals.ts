import type { Socket } from 'node:net';
import type { Database } from 'better-sqlite3';
import type { Pool, PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';

/*
 * Everything that is used of TypeORM and its drivers and is not their public interface: of typeorm as it is in 1.1, of
 * mysql2 as it is in 3.24.
 */

/** `BetterSqlite3Driver.databaseConnection`: the only connection of a source. */
export const sqliteConnectionOf = (source: DataSource): Database =>
  (source.driver as unknown as { databaseConnection: Database }).databaseConnection;

/** `MysqlDriver.pool`; undefined once the source is closed. */
export const mysqlPoolOf = (source: DataSource): Pool | undefined =>
  (source.driver as unknown as { pool: Pool | undefined }).pool;

/** `PoolConnection.stream`, which its types leave out. */
export const socketOf = (connection: PoolConnection): Socket =>
  (connection as unknown as { stream: Socket }).stream;

/** `BaseQueryRunner.transactionDepth`, and `isTransactionActive`, which is public but not to be written. */
interface TransactionState {
  isTransactionActive: boolean;
  transactionDepth: number;
}

/** Has a runner take its connection for one without a transaction, as it is after the database took one back by itself. */
export function forgetTransaction(runner: QueryRunner): void {
  const state = runner as unknown as TransactionState;
  state.isTransactionActive = false;
  state.transactionDepth = 0;
}

/**
 * A transaction takes the write lock when it begins. One that first reads and then writes could otherwise fail for
 * good when the operator's command line wrote in between (SQLITE_BUSY_SNAPSHOT). `BetterSqlite3QueryRunner` begins
 * with the literal text `BEGIN TRANSACTION`, and there is no option for another.
 */
export function beginImmediately(connection: { prepare(sql: string): unknown }): void {
  const prepare = connection.prepare.bind(connection);
  connection.prepare = (sql) => prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
}
