import { readFileSync, statSync } from 'node:fs';
import { plainAddress } from './plain-address.js';
import type { Address } from './resolver.js';

/** How long the file is taken to be as it was. */
const FRESH_MS = 1_000;

/** The names of a hosts file (hosts(5)), in lower case, with their addresses in the order of the file. */
export function parseHosts(text: string): Map<string, Address[]> {
  const names = new Map<string, Address[]>();
  for (const line of text.split('\n')) {
    const [first = '', ...hosts] = line.replace(/#.*/, '').trim().split(/\s+/);
    const address = plainAddress(first);
    if (address === null) continue;
    for (const host of hosts.map((each) => each.toLowerCase()))
      names.set(host, [...(names.get(host) ?? []), address]);
  }
  return names;
}

/** The hosts file of this machine as it is now: it is read again when it has changed, at the latest after a second. */
export class HostsFile {
  private names = new Map<string, Address[]>();
  private version = '';
  private lookedAt = -Infinity;

  constructor(
    private readonly path: string,
    /** Monotonic milliseconds. */
    private readonly now: () => number,
  ) {}

  /** `name` in lower case. Empty for a name that is not in the file. */
  addressesOf(name: string): readonly Address[] {
    if (this.now() - this.lookedAt >= FRESH_MS) this.refresh();
    return this.names.get(name) ?? [];
  }

  /** Reads in step, because that takes microseconds, and reading aside would wait for the threads that hash passwords. */
  private refresh(): void {
    this.lookedAt = this.now();
    try {
      const { mtimeMs, size, ino } = statSync(this.path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version === this.version) return;
      this.names = parseHosts(readFileSync(this.path, 'utf8'));
      this.version = version;
    } catch {
      // No hosts file, or one that may not be read, says nothing.
      this.names = new Map();
      this.version = '';
    }
  }
}
