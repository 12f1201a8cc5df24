import type { Transaction } from '../../database/transactions.js';

/** What is asked once in a transaction and stays true in it: many checks that are stored together ask the same. */
export class TransactionCache<T> {
  private readonly answers = new WeakMap<Transaction, Map<string, T>>();

  async get(tx: Transaction, key: string, ask: () => Promise<T>): Promise<T> {
    let known = this.answers.get(tx);
    if (!known) this.answers.set(tx, (known = new Map()));
    let answer = known.get(key);
    if (answer === undefined) known.set(key, (answer = await ask()));
    return answer;
  }
}
