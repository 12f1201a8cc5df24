import { isAllowedAddress } from '../../egress/address-policy.js';

/** Whether a host is reached over the internet, or in a network of our own. */
export type Reach = 'public' | 'local';

interface Known {
  address: string | null;
  reach: Reach;
  seenAt: number;
}

/** Longer than the longest interval. */
const KEPT = 2 * 3_600_000;
const SWEEP = 60_000;

/** The hosts that were checked lately, and how they are reached. */
export class KnownHosts {
  private readonly known = new Map<string, Known>();
  private readonly counts: Record<Reach, number> = { public: 0, local: 0 };
  private sweptAt = -Infinity;

  count(reach: Reach): number {
    return this.counts[reach];
  }

  /** Takes note of a check, and answers how the host is reached; without an address as it was last. */
  see(host: string, address: string | null, now: number): Reach {
    this.sweep(now);
    let known = this.known.get(host);
    if (known === undefined) {
      known = { address: null, reach: 'public', seenAt: now };
      this.known.set(host, known);
      this.counts[known.reach] += 1;
    }
    known.seenAt = now;
    if (address !== null && address !== known.address) this.move(known, address);
    return known.reach;
  }

  private move(known: Known, address: string): void {
    this.counts[known.reach] -= 1;
    known.address = address;
    known.reach = isAllowedAddress(address) ? 'public' : 'local';
    this.counts[known.reach] += 1;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP) return;
    this.sweptAt = now;
    for (const [host, { seenAt, reach }] of this.known) {
      if (seenAt >= now - KEPT) continue;
      this.known.delete(host);
      this.counts[reach] -= 1;
    }
  }
}
