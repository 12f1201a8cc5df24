import { FileReading } from './file-reading.js';
import { withoutFinalDots } from './literal-host.js';

/** How a name that may be incomplete is completed (resolv.conf(5)). */
export interface Search {
  /** In the order to try them, in lower case and without final dots. */
  readonly domains: readonly string[];
  /** A name with so many dots is tried as it is first. */
  readonly ndots: number;
}

const MAX_DOMAINS = 6;
const MAX_NDOTS = 15;
const MAX_NAME = 253;

const NONE: Search = { domains: [], ndots: 1 };

/** What `text` (resolv.conf(5)) says of incomplete names: the last `search` or `domain`, and `ndots` of the options. */
export function parseSearch(text: string): Search {
  let { domains, ndots } = NONE;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'search') domains = values;
    if (keyword === 'domain') domains = values.slice(0, 1);
    if (keyword !== 'options') continue;
    for (const option of values) {
      const [, number] = /^ndots:(\d+)$/.exec(option) ?? [];
      if (number !== undefined) ndots = Math.min(MAX_NDOTS, Number(number));
    }
  }
  const plain = domains.map((each) => withoutFinalDots(each.toLowerCase())).filter((each) => each !== '');
  return { domains: plain.slice(0, MAX_DOMAINS), ndots };
}

/** The complete names that `name` may stand for, in the order to ask for them. One that ends with a dot is complete. */
export function completionsOf(name: string, { domains, ndots }: Search): string[] {
  const plain = withoutFinalDots(name.toLowerCase());
  if (name.endsWith('.')) return [plain];
  const longer = domains.map((domain) => `${plain}.${domain}`).filter(({ length }) => length <= MAX_NAME);
  const dots = plain.split('.').length - 1;
  return dots >= ndots ? [plain, ...longer] : [...longer, plain];
}

/** The search list of this machine as it is now. */
export class SearchList {
  private readonly file: FileReading<Search>;

  /** None where `path` is null. */
  constructor(path: string | null, now: () => number) {
    this.file = new FileReading(path, parseSearch, NONE, now);
  }

  completionsOf(name: string): string[] {
    return completionsOf(name, this.file.current);
  }
}
