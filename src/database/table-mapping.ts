import type { DataSource, ObjectLiteral } from 'typeorm';
import { RowMapper } from './row-mapper.js';

/** A table of which many rows are written at a time, as objects of its entity's shape. None of its values is JSON. */
export interface TableMapping<T extends ObjectLiteral> {
  readonly name: string;
  readonly columns: readonly string[];
  /** Its primary key, or another unique one. */
  readonly key: readonly string[];
  /** What an upsert overwrites in rows that are there. */
  readonly overwritten: readonly string[];
  readonly reader: RowMapper<T>;
}

interface Options<T> {
  /** Where it is not the primary key. */
  readonly key?: ReadonlyArray<keyof T & string>;
  /** What an upsert leaves as it is in rows that are there. */
  readonly kept?: ReadonlyArray<keyof T & string>;
}

/** The table of `entity`, without what the database counts up by itself. */
export function tableMappingOf<T extends ObjectLiteral>(
  source: DataSource,
  entity: new () => T,
  { key, kept = [] }: Options<T> = {},
): TableMapping<T> {
  const metadata = source.getMetadata(entity);
  const namesOf = (columns: typeof metadata.columns) => columns.map(({ propertyName }) => propertyName);
  const columns = namesOf(metadata.columns.filter(({ isGenerated }) => !isGenerated));
  const unique = key ?? namesOf(metadata.primaryColumns);
  const fixed = new Set<string>([...unique, ...kept]);
  return {
    name: metadata.tableName,
    columns,
    key: unique,
    overwritten: columns.filter((column) => !fixed.has(column)),
    reader: new RowMapper(metadata),
  };
}
