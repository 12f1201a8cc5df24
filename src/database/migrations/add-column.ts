import { type QueryRunner, TableColumn, type TableColumnOptions } from 'typeorm';
import { dialect } from '../../config/dialect.js';

/**
 * Adds a column to a table with rows: one that is nullable, or has a default. On SQLite TypeORM would copy the
 * whole table instead.
 */
export async function addColumn(
  runner: QueryRunner,
  table: string,
  column: TableColumnOptions,
): Promise<void> {
  if (dialect === 'mysql') return runner.addColumn(table, new TableColumn(column));
  const { name, type, length, isNullable, default: initial } = column;
  const size = length ? `(${length})` : '';
  const rule = isNullable ? '' : ` NOT NULL DEFAULT (${initial})`;
  await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${type}${size}${rule}`);
}

export async function dropColumn(runner: QueryRunner, table: string, name: string): Promise<void> {
  if (dialect === 'mysql') return runner.dropColumn(table, name);
  await runner.query(`ALTER TABLE "${table}" DROP COLUMN "${name}"`);
}
