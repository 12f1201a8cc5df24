import { Table, TableCheck, TableForeignKey, TableIndex, type TableColumnOptions } from 'typeorm';
import { dialect } from '../../config/dialect.js';

type More = Partial<TableColumnOptions>;
const mysql = dialect === 'mysql';

/** Compared byte by byte on MySQL, as SQLite does: digests, closed lists. */
const ascii: More = mysql ? { charset: 'ascii', collation: 'ascii_bin' } : {};
/** Text of people. Compared byte by byte too: what must be unique is stored normalised beside it. */
const unicode: More = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};

export const nullable = { isNullable: true } satisfies More;

export const id = (): TableColumnOptions => ({ ...ref('id'), isPrimary: true });
/**
 * An identifier. It is compared with whatever callers send, and MySQL does not compare a column of ASCII
 * with other text: it fails.
 */
export const ref = (name: string, more: More = {}): TableColumnOptions => text(name, 40, more);
/** Text of ASCII characters. */
export const code = (name: string, length: number, more: More = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: `${length}`,
  ...ascii,
  ...more,
});
export const text = (name: string, length: number, more: More = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: `${length}`,
  ...unicode,
  ...more,
});
export const longText = (name: string, more: More = {}): TableColumnOptions => ({
  name,
  type: mysql ? 'mediumtext' : 'text',
  ...unicode,
  ...more,
});
export const json = (name: string, more: More = {}): TableColumnOptions => ({
  name,
  type: 'text',
  ...unicode,
  ...more,
});
export const instant = (name: string, more: More = {}): TableColumnOptions => ({
  name,
  type: 'datetime',
  ...(mysql && { precision: 3 }),
  ...more,
});
export const boolean = (name: string): TableColumnOptions => ({ name, type: mysql ? 'tinyint' : 'boolean' });
export const integer = (name: string, more: More = {}): TableColumnOptions => ({
  name,
  type: mysql ? 'int' : 'integer',
  ...more,
});
/** A number with a fraction, in 64 bits. */
export const double = (name: string, more: More = {}): TableColumnOptions => ({
  name,
  type: 'double',
  ...more,
});
/** A 64-bit number: epoch milliseconds, sums. */
export const bigInteger = (name: string, more: More = {}): TableColumnOptions => ({
  name,
  type: 'bigint',
  ...more,
});
/** A column of the primary key. */
export const primary = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });
/** A 64-bit key that the database counts up. */
export const sequence = (name: string): TableColumnOptions => ({
  name,
  type: mysql ? 'bigint' : 'integer',
  isPrimary: true,
  isGenerated: true,
  generationStrategy: 'increment',
});

export const index = (name: string, ...columnNames: string[]) => new TableIndex({ name, columnNames });
export const unique = (name: string, ...columnNames: string[]) =>
  new TableIndex({ name, columnNames, isUnique: true });

/** `ON UPDATE` is always named: MySQL and MariaDB report an unnamed one differently. */
export const references = (
  name: string,
  column: string,
  table: string,
  onDelete: 'CASCADE' | 'RESTRICT' = 'CASCADE',
): TableForeignKey =>
  new TableForeignKey({
    name,
    columnNames: [column],
    referencedTableName: table,
    referencedColumnNames: ['id'],
    onDelete,
    onUpdate: 'NO ACTION',
  });

/** A table of columns, and of indexes and foreign keys, all named. */
export const table = (
  name: string,
  columns: TableColumnOptions[],
  constraints: Array<TableIndex | TableForeignKey | TableCheck> = [],
) =>
  new Table({
    name,
    columns,
    indices: constraints.filter((constraint) => constraint instanceof TableIndex),
    foreignKeys: constraints.filter((constraint) => constraint instanceof TableForeignKey),
    ...(mysql && { engine: 'InnoDB' }),
  });
