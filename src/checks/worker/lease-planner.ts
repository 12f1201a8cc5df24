/** A lease as the database has it, times by its clock. */
export interface Lease {
  readonly shard: number;
  readonly owner: string | null;
  readonly leasedUntil: number;
  readonly epoch: number;
}

/** What a worker does about the leases. */
export interface LeasePlan {
  /** Own ones, which go on. */
  readonly renew: readonly number[];
  /** Free or expired ones, to be taken. */
  readonly claim: readonly number[];
  /** Own ones beyond the fair share: to be handed over once nothing of them is running. */
  readonly surplus: readonly number[];
}

/**
 * Shares the shards fairly among `workers` live ones: none has more than its share rounded up. An expired
 * lease that nobody took is still its owner's.
 */
export function planLeases(
  leases: readonly Lease[],
  { me, now, workers }: { me: string; now: number; workers: number },
): LeasePlan {
  const share = Math.ceil(leases.length / Math.max(1, workers));
  const own = leases.filter(({ owner }) => owner === me);
  const free = leases.filter(({ owner, leasedUntil }) => owner !== me && leasedUntil <= now);
  const shards = (some: readonly Lease[]) => some.map(({ shard }) => shard);
  return {
    renew: shards(own),
    claim: shards(free.slice(0, Math.max(0, share - own.length))),
    surplus: shards(own.slice(share)),
  };
}
