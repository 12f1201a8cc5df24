import { FileReading } from './file-reading.js';
import { type Address, plainAddress } from './address.js';

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

/** The hosts file of this machine as it is now. */
export class HostsFile {
  private readonly file: FileReading<Map<string, Address[]>>;

  constructor(path: string, now: () => number) {
    this.file = new FileReading(path, parseHosts, new Map(), now);
  }

  /** `name` in lower case. Empty for a name that is not in the file. */
  addressesOf(name: string): readonly Address[] {
    return this.file.current.get(name) ?? [];
  }
}
