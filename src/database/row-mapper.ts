import type { EntityMetadata, ObjectLiteral } from 'typeorm';

/** A raw value of either driver, as the entity types have it. */
type Convert = (value: unknown) => unknown;

/** SQLite gives `YYYY-MM-DD hh:mm:ss.mmm`, the MySQL driver a Date. */
export const toDate = (value: unknown): Date | null =>
  value === null || value instanceof Date ? value : new Date(`${String(value).replace(' ', 'T')}Z`);

/** A value as the SQLite driver binds it: points in time are text there, as TypeORM writes them. */
export const toSqlite = (value: unknown): unknown =>
  value instanceof Date ? value.toISOString().replace('T', ' ').slice(0, -1) : value;

const convertersByType: Record<string, Convert> = {
  datetime: toDate,
  boolean: (value) => value === 1 || value === true,
  'simple-json': (value) => (typeof value === 'string' ? JSON.parse(value) : value),
  bigint: (value) => (value === null ? null : Number(value)),
};

/** Turns raw rows of one table into objects of its entity's shape, by the entity's own columns. */
export class RowMapper<T extends ObjectLiteral> {
  readonly table: string;
  private readonly names: readonly string[];
  private readonly converted: ReadonlyArray<{ name: string; convert: Convert }>;

  constructor(metadata: EntityMetadata) {
    this.table = metadata.tableName;
    this.names = metadata.columns.map(({ propertyName }) => propertyName);
    this.converted = metadata.columns.flatMap(({ propertyName: name, type, transformer }) => {
      const convert =
        transformer && 'from' in transformer ? transformer.from : convertersByType[String(type)];
      return convert ? [{ name, convert }] : [];
    });
  }

  /** Every column of the table, which is called `alias`, each under its name behind `prefix`. */
  columns(alias: string, prefix = ''): string {
    return this.names.map((name) => `${alias}.${name}${prefix && ` AS ${prefix}${name}`}`).join(', ');
  }

  /** Takes the columns that were selected with `prefix` out of `row`, as an object of their own. */
  take(row: Record<string, unknown>, prefix: string): T {
    const taken: Record<string, unknown> = {};
    for (const name of this.names) {
      taken[name] = row[prefix + name];
      delete row[prefix + name];
    }
    return this.read(taken);
  }

  /** The row itself, its values converted in place. */
  read(row: Record<string, unknown>): T {
    for (const { name, convert } of this.converted) row[name] = convert(row[name]);
    return row as T;
  }
}
