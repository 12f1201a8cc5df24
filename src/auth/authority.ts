import type { ApiRequest } from './api-request.js';
import type { Demand, Hold, ActorContext } from './principal.js';
import type { Transaction } from '../database/transactions.js';

/** Has the caller of `request` meet `demand`: now, and again within each change the request makes. */
export function demand({ user, context }: ApiRequest, demand: Demand): void {
  demand(user!);
  context.demands.push(demand);
}

/**
 * Whoever starts a change, as they are now: what they were let in for is true until the transaction ends, or
 * else refused as the guards would have. The first thing in a transaction, so that nobody waits crosswise.
 */
export async function confirm<By extends ActorContext>(by: By, tx: Transaction, hold: Hold): Promise<By> {
  if (!by.authority) return by;
  const caller = await by.authority(tx, hold);
  for (const demand of caller.context.demands) demand(caller);
  return caller as ActorContext as By;
}
