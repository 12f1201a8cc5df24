import type { FindOptionsWhere, ObjectLiteral, Repository } from 'typeorm';
import { inList } from './in-list.js';
import type { Transaction } from './transactions.js';

/** Who asks: `SqlReader` for what is committed, the manager of a transaction within it. */
export interface Asking {
  query<Row>(sql: string, values: readonly unknown[]): Promise<Row[]>;
}

/** How many identifiers one statement names. */
const BATCH = 500;

/**
 * A table that says what the things of one kind, in the column `from`, are linked to, in the column `to`. It is part
 * of the repository of those things. An index leads from `to` back to `from`.
 */
export class LinkTable<Link extends ObjectLiteral> {
  constructor(
    private readonly links: Repository<Link>,
    private readonly from: keyof Link & string,
    private readonly to: keyof Link & string,
  ) {}

  /** What each of `ids` is linked to, sorted. */
  async linksOf(asking: Asking, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const { from, to } = this;
    const linked = new Map<string, string[]>(ids.map((id) => [id, []]));
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound } = inList(ids.slice(i, i + BATCH));
      const rows = await asking.query<Record<string, string>>(
        `SELECT ${from}, ${to} FROM ${this.table} WHERE ${from} IN (${marks}) ORDER BY ${from}, ${to}`,
        bound,
      );
      for (const row of rows) linked.get(row[from]!)!.push(row[to]!);
    }
    return linked;
  }

  /** What is linked to `id`, sorted. */
  async linkedTo({ manager }: Transaction, id: string): Promise<string[]> {
    const { from, to } = this;
    const sql = `SELECT ${from} FROM ${this.table} WHERE ${to} = ? ORDER BY ${from}`;
    const rows = await manager.query<Array<Record<string, string>>>(sql, [id]);
    return rows.map((row) => row[from]!);
  }

  /** Takes away the links of `id` to what is in `before` and not in `after`. */
  async deleteGone(
    tx: Transaction,
    id: string,
    before: readonly string[],
    after: readonly string[],
  ): Promise<void> {
    for (const gone of before.filter((each) => !after.includes(each)))
      await this.within(tx).delete(this.link(id, gone) as FindOptionsWhere<Link>);
  }

  /** Links `id` to what is in `after` and not in `before`. */
  async insertAdded(
    tx: Transaction,
    id: string,
    before: readonly string[],
    after: readonly string[],
  ): Promise<void> {
    const added = after.filter((each) => !before.includes(each)).map((each) => this.link(id, each));
    if (added.length > 0) await this.within(tx).insert(added);
  }

  private get table(): string {
    return this.links.metadata.tableName;
  }

  private within({ manager }: Transaction): Repository<Link> {
    return manager.withRepository(this.links);
  }

  private link(from: string, to: string): Link {
    return { [this.from]: from, [this.to]: to } as Link;
  }
}
