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
  bigint: Number,
};

/** Turns raw rows of one table into objects of its entity's shape, by the entity's own columns. */
export class RowReader<T extends ObjectLiteral> {
  /** `SELECT` every column `FROM` the table, which is called `t`. */
  readonly select: string;
  private readonly columns: ReadonlyArray<{ name: string; convert: Convert | undefined }>;

  constructor(metadata: EntityMetadata) {
    this.columns = metadata.columns.map(({ propertyName, type, transformer }) => ({
      name: propertyName,
      convert: transformer && 'from' in transformer ? transformer.from : convertersByType[String(type)],
    }));
    this.select = `SELECT ${this.columns.map(({ name }) => `t.${name}`).join(', ')} FROM ${metadata.tableName} t`;
  }

  read(row: Record<string, unknown>): T {
    const entity: Record<string, unknown> = {};
    for (const { name, convert } of this.columns) entity[name] = convert ? convert(row[name]) : row[name];
    return entity as T;
  }
}
