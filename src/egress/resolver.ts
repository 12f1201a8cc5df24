import { promises as dns } from 'node:dns';
import { LRUCache } from 'lru-cache';
import { Failure } from './failure.js';
import { HostsFile } from './hosts-file.js';
import { loopbackOf, withoutFinalDots } from './literal-host.js';
import { gather, isAnswer, lookupFailure, resultOf, saysNo, type Part } from './lookup.js';
import { SearchList } from './search-list.js';
import type { Address } from './address.js';

export interface ResolverOptions {
  /** As `dns.setServers` takes them. Empty or left out: those of the system. */
  readonly servers?: readonly string[];
  readonly hostsPath?: string;
  /** Where search domains are read; null for none. Left out: those of the system, together with its name servers. */
  readonly searchPath?: string | null;
  /** How long a name server may take to answer before it is asked again, which happens twice, for twice as long each. */
  readonly firstTryMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

interface Lookup {
  /** Monotonic milliseconds; infinite while the question is open. */
  until: number;
  readonly addresses: Promise<readonly Address[]>;
}

const MAX_LOOKUPS = 10_000;
const FAILURE_MS = 1_000;
const TRIES = 3;

/**
 * Names to addresses, by the hosts file and by name servers. Answers are kept for their time to live, at most
 * 30 seconds, failures for one; whoever asks for a name that is being asked for waits for the same answer.
 *
 * It never uses the threads that hash passwords, as `dns.lookup` does, and completes names by the search
 * domains as that does.
 */
export class Resolver {
  private readonly servers: readonly string[];
  private readonly firstTryMs: number;
  private readonly now: () => number;
  private readonly hosts: HostsFile;
  private readonly search: SearchList;
  private readonly lookups = new LRUCache<string, Lookup>({ max: MAX_LOOKUPS });
  private channel: dns.Resolver;
  private heardAt = -Infinity;
  private isAskingForLife = false;

  constructor({
    servers = [],
    hostsPath = '/etc/hosts',
    searchPath = servers.length > 0 ? null : '/etc/resolv.conf',
    firstTryMs = 1_000,
    now = () => performance.now(),
  }: ResolverOptions = {}) {
    this.servers = servers;
    this.firstTryMs = firstTryMs;
    this.now = now;
    this.hosts = new HostsFile(hostsPath, now);
    this.search = new SearchList(searchPath, now);
    this.channel = this.openChannel();
  }

  /**
   * All addresses of `name`, at least one: IPv4 and IPv6 in turn, IPv4 first. A name that ends with a dot is a
   * complete one. Rejects with a `Failure`, at the latest after about eight times `firstTryMs` for each name it may
   * stand for: a caller with less time stops waiting, and others still get the answer.
   */
  async resolve(name: string): Promise<readonly Address[]> {
    const host = withoutFinalDots(name.toLowerCase());
    const here = loopbackOf(host) ?? this.hosts.addressesOf(host);
    return here.length > 0 ? here : this.lookUp(this.search.completionsOf(name));
  }

  /** Why a question asked `waitedMs` ago is still open, for those who cannot wait any longer. */
  failureOfSilence(waitedMs: number): Failure {
    return lookupFailure(['ETIMEOUT'], this.heardAt < this.now() - waitedMs);
  }

  private lookUp(names: readonly string[]): Lookup['addresses'] {
    const key = names.join(' ');
    const known = this.lookups.get(key);
    if (known && this.now() < known.until) return known.addresses;
    const keep = (forMs: number) => (lookup.until = this.now() + forMs);
    const lookup: Lookup = {
      until: Infinity,
      addresses: this.askInTurn(names).then(
        ({ addresses, ttlMs }) => {
          keep(ttlMs);
          return addresses;
        },
        (failure: unknown) => {
          keep(FAILURE_MS);
          throw failure;
        },
      ),
    };
    this.lookups.set(key, lookup);
    return lookup.addresses;
  }

  /** The addresses of the first of `names` that has any. What is no answer ends the search. */
  private async askInTurn(names: readonly string[]) {
    const [given] = names.toSorted((a, b) => a.length - b.length);
    let failure: unknown;
    for (const name of names) {
      try {
        return await this.ask(name);
      } catch (error) {
        if (!(error instanceof Failure) || !saysNo(error)) throw error;
        if (name === given) failure = error;
      }
    }
    throw failure;
  }

  private async ask(host: string) {
    const { channel } = this;
    const askedAt = this.now();
    const doubt = setTimeout(() => void this.askForLife(), this.firstTryMs / 2);
    const parts = await gather([
      this.part(channel.resolve4(host, { ttl: true })),
      this.part(channel.resolve6(host, { ttl: true })),
    ]).finally(() => clearTimeout(doubt));
    const result = resultOf(parts);
    if (result) return result;
    const failure = lookupFailure(
      parts.map(({ code }) => code ?? 'ENODATA'),
      this.heardAt < askedAt,
    );
    if (failure.isInternalError && channel === this.channel) this.channel = this.openChannel();
    throw failure;
  }

  /**
   * A name server that keeps silent about a name may be away, or may itself be waiting for those of the name.
   * One that works knows the servers of the root by heart.
   */
  private async askForLife(): Promise<void> {
    if (this.isAskingForLife) return;
    this.isAskingForLife = true;
    await this.part(this.channel.resolveNs('.').then(() => []));
    this.isAskingForLife = false;
  }

  /** What came of one question. Never rejects. */
  private async part(records: Promise<Part['records']>): Promise<Part> {
    const part = await records.then(
      (found): Part => ({ records: found, code: null }),
      ({ code }: NodeJS.ErrnoException): Part => ({ records: [], code: code ?? 'EUNKNOWN' }),
    );
    if (isAnswer(part)) this.heardAt = this.now();
    return part;
  }

  /** A channel learns of the system's name servers when it is opened, and so takes a new one to learn of others. */
  private openChannel(): dns.Resolver {
    const channel = new dns.Resolver({ timeout: this.firstTryMs, tries: TRIES });
    if (this.servers.length > 0) channel.setServers(this.servers);
    return channel;
  }
}
