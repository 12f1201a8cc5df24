import { type QueryRunner, TableColumn, type TableColumnOptions } from 'typeorm';
import { dialect } from '../../config/dialect.js';

/**
 * Adds a column that can be null to a table with rows. On SQLite TypeORM would copy the whole table instead, and
 * with it drop what refers to it.
 */
export async function addColumn(
  runner: QueryRunner,
  table: string,
  column: TableColumnOptions,
): Promise<void> {
  if (dialect === 'mysql') return runner.addColumn(table, new TableColumn(column));
  const { name, type, length } = column;
  await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${type}${length ? `(${length})` : ''}`);
}

export async function dropColumn(runner: QueryRunner, table: string, name: string): Promise<void> {
  if (dialect === 'mysql') return runner.dropColumn(table, name);
  await runner.query(`ALTER TABLE "${table}" DROP COLUMN "${name}"`);
}
