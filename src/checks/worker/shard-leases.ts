import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { newId } from '../../common/id.js';
import { dialect } from '../../config/dialect.js';
import { type Transaction, Transactions } from '../../database/transactions.js';
import { planLeases } from './lease-planner.js';
import { ShardLeasesRepository } from './shard-leases.repository.js';

/** How long a lease lasts. A worker that is gone is replaced after that. */
export const LEASE_MS = 15_000;
export const HEARTBEAT_MS = 5_000;
/** How much earlier a worker itself takes its leases for over: the clocks of two machines never run quite alike. */
const MARGIN_MS = 1_000;

/** The one process on a SQLite database goes on with the leases of the one before it. */
const EMBEDDED = 'wrk_embedded';

/** What a heartbeat changed. */
export interface Heartbeat {
  /** Another worker has them now, or had them meanwhile. */
  readonly lost: readonly number[];
  /** To be released by `release` once nothing of them is running. */
  readonly surplus: readonly number[];
}

/**
 * Which shards of the monitors this process makes the checks of. Processes share them by leases in the
 * database, timed by the clock of the database; a process that does not renew its leases loses them.
 */
@Injectable()
export class ShardLeases {
  private readonly me = dialect === 'sqlite' ? EMBEDDED : newId('wrk');
  private held = new Map<number, number>();
  private validUntil = -Infinity;

  constructor(
    private readonly leases: ShardLeasesRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The shards held, each with the epoch of its lease. */
  get epochs(): ReadonlyMap<number, number> {
    return this.held;
  }

  holds(shard: number): boolean {
    return this.isValid() && this.held.has(shard);
  }

  /** Whether the leases cannot have run out. After a longer pause of the process nothing may be begun before the next heartbeat. */
  isValid(): boolean {
    return this.clock.monotonic() < this.validUntil;
  }

  /** Renews the leases, and takes what this worker's share leaves it to take. */
  async heartbeat(): Promise<Heartbeat> {
    const began = this.clock.monotonic();
    const { held, surplus } = await this.transactions.run((tx) => this.renew(tx));
    const before = this.held;
    this.held = held;
    this.validUntil = began + LEASE_MS - MARGIN_MS;
    const isSame = (shard: number) => before.get(shard) === held.get(shard);
    return { lost: [...before.keys()].filter((shard) => !isSame(shard)), surplus };
  }

  /** Gives shards back, so that others need not wait until the leases end. */
  async release(shards: readonly number[]): Promise<void> {
    if (shards.length === 0) return;
    await this.transactions.run((tx) => this.leases.release(tx, shards, this.me));
    for (const shard of shards) this.held.delete(shard);
  }

  /** Gives everything back at the end. */
  async leave(): Promise<void> {
    await this.release([...this.held.keys()]);
    await this.transactions.run((tx) => this.leases.deleteWorker(tx, this.me));
  }

  private async renew(tx: Transaction): Promise<{ held: Map<number, number>; surplus: readonly number[] }> {
    const leases = await this.leases.lockEvery(tx);
    const now = await this.leases.now(tx);
    const plan = planLeases(leases, { me: this.me, now, workers: await this.countWorkers(tx, now) });
    const leasedUntil = now + LEASE_MS;
    await this.leases.renew(tx, plan.renew, leasedUntil);
    await this.leases.claim(tx, plan.claim, this.me, leasedUntil);
    const renewed = leases.filter(({ shard }) => plan.renew.includes(shard));
    const claimed = leases.filter(({ shard }) => plan.claim.includes(shard));
    return {
      held: new Map([
        ...renewed.map(({ shard, epoch }) => [shard, epoch] as const),
        ...claimed.map(({ shard, epoch }) => [shard, epoch + 1] as const),
      ]),
      surplus: plan.surplus,
    };
  }

  /** Says that this worker is there, and counts who else is. */
  private async countWorkers(tx: Transaction, now: number): Promise<number> {
    await this.leases.deleteWorkersSeenUntil(tx, now);
    await this.leases.listWorker(tx, this.me, now + LEASE_MS);
    return this.leases.countWorkers(tx);
  }
}
