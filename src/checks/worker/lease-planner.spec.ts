import { describe, expect, it } from '@jest/globals';
import { type Lease, planLeases } from './lease-planner.js';

const NOW = 1_000_000;
const lease = (shard: number, owner: string | null, leasedUntil = NOW + 10_000): Lease => ({
  shard,
  owner,
  leasedUntil,
  epoch: 1,
});
const leases = (count: number, owner: string | null, leasedUntil?: number) =>
  Array.from({ length: count }, (_, shard) => lease(shard, owner, leasedUntil));

describe('planLeases', () => {
  it('gives a single worker every free shard', () => {
    const plan = planLeases(leases(64, null, 0), { me: 'a', now: NOW, workers: 1 });
    expect(plan.claim).toHaveLength(64);
  });

  it('leaves alone what another worker holds', () => {
    const plan = planLeases(leases(64, 'b'), { me: 'a', now: NOW, workers: 2 });
    expect(plan).toEqual({ renew: [], claim: [], surplus: [] });
  });

  it('takes no more than a fair share of what is free', () => {
    const plan = planLeases(leases(64, null, 0), { me: 'a', now: NOW, workers: 3 });
    expect(plan.claim).toHaveLength(22);
  });

  it('hands over what is beyond the share when another worker comes', () => {
    const plan = planLeases(leases(64, 'a'), { me: 'a', now: NOW, workers: 2 });
    expect(plan.renew).toHaveLength(64);
    expect(plan.surplus).toHaveLength(32);
  });

  it('takes what a worker left that renewed no more, and not before', () => {
    const due = leases(2, 'b', NOW);
    expect(planLeases(due, { me: 'a', now: NOW, workers: 1 }).claim).toEqual([0, 1]);
    expect(planLeases(due, { me: 'a', now: NOW - 1, workers: 1 }).claim).toEqual([]);
  });

  it('goes on with an own lease that expired while nobody took it', () => {
    const plan = planLeases(leases(1, 'a', NOW - 60_000), { me: 'a', now: NOW, workers: 1 });
    expect(plan).toEqual({ renew: [0], claim: [], surplus: [] });
  });
});
