import { Column, ForeignKey, PrimaryColumn, type ColumnOptions } from 'typeorm';
import { dialect } from '../config/dialect.js';

type Options = Pick<ColumnOptions, 'nullable' | 'transformer'>;

/** An identifier of ours: see `newId`. */
export const IdColumn = () => PrimaryColumn('varchar', { length: 40 });

/** The identifier of another row. */
export const ForeignIdColumn = (options: Options = {}) => Column('varchar', { length: 40, ...options });

/** Text of at most `length` characters. */
export const TextColumn = (length: number, options: Options = {}) =>
  Column('varchar', { length, ...options });

/** Text up to some megabytes. */
export const LongTextColumn = (options: Options = {}) =>
  Column({ type: dialect === 'sqlite' ? 'text' : 'mediumtext', ...options });

/** A point in time, to the millisecond, in UTC. */
export const TimestampColumn = (options: Options = {}) =>
  Column(
    dialect === 'sqlite' ? { type: 'datetime', ...options } : { type: 'datetime', precision: 3, ...options },
  );

/** A value stored as JSON text: nothing in it can be queried. */
export const JsonColumn = (options: Options = {}) => Column('simple-json', options);

/** The same, for up to some megabytes. */
export const LongJsonColumn = () =>
  Column({
    type: dialect === 'sqlite' ? 'text' : 'mediumtext',
    transformer: { to: JSON.stringify, from: JSON.parse },
  });

export const BooleanColumn = (options: Options = {}) => Column('boolean', options);

/** MySQL's driver gives 64-bit numbers as text; ours are all small enough for a number. */
const toNumber = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null ? null : Number(value)),
};

/** A 64-bit number, such as epoch milliseconds. */
export const BigIntegerColumn = (options: Options = {}) =>
  Column('bigint', { transformer: toNumber, ...options });
export const BigIntegerKey = () => PrimaryColumn('bigint', { transformer: toNumber });

/** A number with a fraction, in 64 bits. */
export const DoubleColumn = (options: Options = {}) => Column('double', options);
export const IntegerColumn = (options: Options = {}) => Column('int', options);

/** That a column holds the identifier of a row of another table: named by its entity, or by the table where the entity stands above. */
export const ForeignKeyTo = (
  name: string,
  column: string,
  table: (() => new () => object) | string,
  onDelete: 'CASCADE' | 'RESTRICT' = 'CASCADE',
): ClassDecorator =>
  ForeignKey(table as string, [column], ['id'], { name, onDelete, onUpdate: 'NO ACTION' }) as ClassDecorator;
