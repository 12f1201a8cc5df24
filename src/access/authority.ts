import type { EntityManager } from 'typeorm';
import type { ApiRequest } from './api-request.js';
import type { Initiator, Principal } from './principal.js';

/**
 * How a change holds what its caller's authority rests on: `shared` with other changes of the team's callers,
 * or `alone`, for a change that takes authority away, while no other of them runs; and where it is also about
 * another team of the caller, with their membership there.
 */
export type Hold = 'shared' | 'alone' | { readonly alsoIn: string };

/**
 * Holds what a caller's authority rests on until the transaction ends, and answers the caller as they are now.
 * Throws the problem of the credential where it is no longer good.
 */
export type Authority = (manager: EntityManager, hold: Hold) => Promise<Principal>;

/** What a guard asks of a caller. Throws where the caller has it not. */
export type Demand = (caller: Principal) => void;

/** Has the caller of `request` meet `demand`: now, and again within each change the request makes. */
export function demand({ user, context }: ApiRequest, demand: Demand): void {
  demand(user!);
  context.demands.push(demand);
}

/**
 * Whoever starts a change, as they are now: what they were let in for is true until the transaction ends, or
 * else refused as the guards would have. The first thing in a transaction, so that nobody waits crosswise.
 */
export async function confirm<By extends Initiator>(by: By, manager: EntityManager, hold: Hold): Promise<By> {
  if (!by.authority) return by;
  const caller = await by.authority(manager, hold);
  for (const demand of caller.context.demands) demand(caller);
  return caller as Initiator as By;
}
