import { isAllowedAddress } from '../../egress/address-policy.js';

/** Whether a host is reached over the internet, or in a network of our own. */
export type NetworkScope = 'public' | 'local';

/** Where the checks of a host go. */
export interface Place {
  readonly reach: NetworkScope;
  /** Its address; the name of a host of which none was ever known. */
  readonly endpoint: string;
}

interface Known extends Place {
  readonly address: string | null;
  seenAt: number;
}

/** Longer than the longest interval. */
const KEPT = 2 * 3_600_000;
const SWEEP = 60_000;

/** The hosts that were checked lately, and where they are. Many names may be one endpoint. */
export class KnownHosts {
  private readonly known = new Map<string, Known>();
  private sweptAt = -Infinity;

  /** Takes note of a check, and answers where the host is; without an address where it was last. */
  see(host: string, address: string | null, now: number): Place {
    this.sweep(now);
    let known = this.known.get(host);
    if (known === undefined || (address !== null && address !== known.address)) {
      known = { ...placeOf(host, address), address, seenAt: now };
      this.known.set(host, known);
    }
    known.seenAt = now;
    return known;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP) return;
    this.sweptAt = now;
    for (const [host, { seenAt }] of this.known) if (seenAt < now - KEPT) this.known.delete(host);
  }
}

const placeOf = (host: string, address: string | null): Place => ({
  reach: address === null || isAllowedAddress(address) ? 'public' : 'local',
  endpoint: address ?? host,
});
