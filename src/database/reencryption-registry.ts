import { Injectable } from '@nestjs/common';
import type { Transaction } from './transactions.js';

/**
 * Brings every value of one kind under the current master secret, within a transaction: stores what
 * `Secrets.reseal` makes of it. Returns how many were not under it before.
 */
export type Reseal = (tx: Transaction) => Promise<number>;

/** Where sealed values are kept. Each feature that seals some registers at module init how to seal them anew. */
@Injectable()
export class ReencryptionRegistry {
  private readonly kinds = new Map<string, Reseal>();

  /** @param kind what the values are, in the plural, for the operator: "header values" */
  add(kind: string, reseal: Reseal): void {
    this.kinds.set(kind, reseal);
  }

  /** Seals all values of all kinds under the current master secret. Returns how many of each were not. */
  async resealAll(tx: Transaction): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const [kind, reseal] of this.kinds) counts.set(kind, await reseal(tx));
    return counts;
  }
}
