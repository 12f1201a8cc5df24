import { Failure } from './failure.js';
import { type Address, plainAddress } from './address.js';

/** What came of asking for the addresses of one family. */
export interface Part {
  /** `ttl` in seconds. */
  readonly records: ReadonlyArray<{ readonly address: string; readonly ttl: number }>;
  /** The error of `node:dns`; null where there are records. */
  readonly code: string | null;
}

const MAX_TTL_MS = 30_000;

/** How much later than the addresses of one family those of the other may come. */
const PATIENCE_MS = 500;

const failed = (detail: string) => new Failure('dns-failed', detail);
const broken = failed('The name servers of the host failed.');
const unanswered = failed('The name servers of the host do not answer.');
const away = new Failure('dns-failed', 'The name servers that this machine asks do not answer.', true);

/** What a name server says of a name, the most telling first. The failure is the name's. */
const ANSWERS: ReadonlyMap<string, Failure> = new Map([
  ['ENOTFOUND', failed('The name of the host does not exist.')],
  ['EBADNAME', failed('The name of the host cannot exist.')],
  ['ESERVFAIL', broken],
  ['EFORMERR', broken],
  ['ENOTIMP', broken],
  ['EBADRESP', broken],
  ['ENODATA', failed('The name of the host has no address.')],
]);

/** Whether a name server said that there is no such name, or that it cannot tell: another name may do. */
export const saysNo = (failure: Failure): boolean => [...ANSWERS.values()].includes(failure);

/** Whether a name server was there to say it. One that refuses to be asked is there, and of no use. */
export const isAnswer = ({ code }: Part): boolean =>
  code === null || code === 'EREFUSED' || (code !== 'EBADNAME' && ANSWERS.has(code));

/**
 * Why a name has no addresses, by what came of its questions. Silence is the trouble of this machine only
 * where nothing else was heard of the name servers either (`isAllSilent`).
 */
export function lookupFailure(codes: readonly string[], isAllSilent: boolean): Failure {
  const told = [...ANSWERS].find(([code]) => codes.includes(code));
  if (told) return told[1];
  return codes.includes('ETIMEOUT') && !isAllSilent ? unanswered : away;
}

/** Both parts, or only the first where that has addresses and the other does not follow soon. */
export async function gather(parts: ReadonlyArray<Promise<Part>>): Promise<readonly Part[]> {
  const first = await Promise.race(parts);
  if (first.records.length === 0) return Promise.all(parts);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Part[]>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, [first]);
  });
  return Promise.race([Promise.all(parts), late]).finally(() => clearTimeout(timer));
}

/** One of each list after the other, beginning with the first list. */
function inTurn(lists: ReadonlyArray<readonly Address[]>): Address[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** The addresses of all parts, IPv4 first, and how long they hold; null where there are none. */
export function resultOf(parts: readonly Part[]): { addresses: Address[]; ttlMs: number } | null {
  const records = parts.flatMap((part) => part.records);
  if (records.length === 0) return null;
  const addresses = records.map(({ address }) => plainAddress(address)).filter((each) => each !== null);
  const isIPv6 = (address: Address) => address.includes(':');
  return {
    addresses: inTurn([addresses.filter((each) => !isIPv6(each)), addresses.filter(isIPv6)]),
    ttlMs: Math.min(MAX_TTL_MS, ...records.map(({ ttl }) => ttl * 1_000)),
  };
}
