import { promises as dns } from 'node:dns';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import type { Network } from '../common/network.js';
import { isAllowedAddress } from './address-policy.js';
import { embeddedIPv4 } from './embedded-ipv4.js';
import { type Address, plainAddress } from './address.js';

/** A server that belongs to the program, such as its database. */
export interface Service {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
}

/** What a process keeps closed. */
export interface Endpoints {
  /** Ports that it listens on. They stay closed on all addresses of each machine. */
  readonly ports: readonly number[];
  /** They stay closed wherever they are. */
  readonly services: readonly Service[];
}

/** Who may be reached. Plain data, so that it can be sent to a worker thread. */
export interface EgressPolicy {
  /** Networks that may be reached although they are not public, in CIDR notation. */
  readonly allow: readonly string[];
  /** Ports that processes of this program listen on. They stay closed on all addresses of this machine. */
  readonly ownPorts: readonly number[];
  /** They stay closed wherever they are. */
  readonly services: readonly Service[];
}

/** `config.egressAllow` as an `EgressPolicy` has it. */
export const networkTexts = (networks: readonly Network[]): string[] =>
  networks.map(([address, bits]) => `${address.toString()}/${bits}`);

/** The service at `url`; `defaultPort` where the URL has none. */
export const serviceAt = ({ hostname, port }: URL, defaultPort: number): Service => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? defaultPort : Number(port),
});

/** All addresses of a name as the program's own connections find them. */
export type SystemLookup = (host: string) => Promise<readonly Address[]>;

const systemLookup: SystemLookup = async (host) =>
  (await dns.lookup(host, { all: true })).map(({ address }) => address);

const LOOKUP_MS = 30_000;
const MAX_JUDGED = 10_000;

interface Known {
  readonly since: number;
  /** Null when they were never found. */
  readonly addresses: Promise<ReadonlySet<Address> | null>;
}

/** The address that is reached through `address`, which is a plain one. */
function reachedThrough(address: Address): ipaddr.IPv4 | ipaddr.IPv6 {
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? (embeddedIPv4(parsed) ?? parsed) : parsed;
}

function isOfThisMachine(address: Address): boolean {
  const reached = reachedThrough(address);
  if (['loopback', 'unspecified'].includes(reached.range())) return true;
  const text = reached.toString();
  return Object.values(networkInterfaces()).some((each) =>
    each?.some((own) => plainAddress(own.address) === text),
  );
}

/** Judges by an `EgressPolicy` which addresses may be reached. */
export class EgressGuard {
  private readonly allow: readonly Network[];
  /** Whether a port may be open at an address at all. It takes as long to find out as a tenth of an exchange. */
  private readonly judged = new LRUCache<Address, boolean>({ max: MAX_JUDGED });
  private readonly known = new Map<Service, Known>();

  constructor(
    private readonly policy: EgressPolicy,
    private readonly lookup: SystemLookup = systemLookup,
    /** Monotonic milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.allow = policy.allow.map((text) => ipaddr.parseCIDR(text));
  }

  /** Whether the program may connect to `port` at `address`, which is a plain one. Never rejects. */
  async allows(address: Address, port: number): Promise<boolean> {
    if (!this.isOpen(address)) return false;
    if (this.policy.ownPorts.includes(port) && isOfThisMachine(address)) return false;
    for (const service of this.policy.services)
      if (service.port === port && (await this.isAt(service, address))) return false;
    return true;
  }

  private isOpen(address: Address): boolean {
    const known = this.judged.get(address);
    if (known !== undefined) return known;
    const isOpen = isAllowedAddress(address, this.allow) && reachedThrough(address).range() !== 'unspecified';
    this.judged.set(address, isOpen);
    return isOpen;
  }

  /** A service that cannot be found may be anywhere. One of this machine may listen on all its addresses. */
  private async isAt(service: Service, address: Address): Promise<boolean> {
    const addresses = await this.addressesOf(service);
    if (!addresses) return true;
    if (addresses.has(reachedThrough(address).toString())) return true;
    return isOfThisMachine(address) && [...addresses].some(isOfThisMachine);
  }

  /**
   * By the system's own look-up, because it must find what the database's driver finds. It uses the threads
   * that hash passwords, but only where a request goes to the port of a service, and twice a minute at most.
   */
  private addressesOf(service: Service): Known['addresses'] {
    const known = this.known.get(service);
    if (known && this.now() - known.since < LOOKUP_MS) return known.addresses;
    const addresses = this.lookup(service.host).then(
      (found) => new Set(found.map((each) => reachedThrough(plainAddress(each)!).toString())),
      () => known?.addresses ?? null,
    );
    this.known.set(service, { since: this.now(), addresses });
    return addresses;
  }
}
