import type { IncomingHttpHeaders } from 'node:http';
import ipaddr from 'ipaddr.js';
import { isInNetworks, type Network, plainAddress } from '../common/network.js';
import { forwardedAddress, isForwarded, nearestFirst } from './forwarded-for.js';

/** Where a request comes from, as far as it can be told. */
export interface Client {
  /** The address in its plain form; null where it is not known. An unknown client is on no list of addresses. */
  readonly ip: string | null;
  /** What counts for it where requests are counted by address. */
  readonly counted: CountedAs;
}

/**
 * Names of counters. Those who cannot be told apart for sure also share one: what they say of themselves keeps
 * them apart as long as nobody makes it up, and making it up brings no more than the share.
 */
export interface CountedAs {
  readonly own: string;
  readonly shared: string | null;
}

/** What is read of a request. */
export interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const known = (ip: string): Client => ({ ip, counted: { own: limitKey(ip), shared: null } });

/** `claim` is the address it may have. */
const unknown = (peer: string | null, claim: string | null): Client => ({
  ip: null,
  counted: {
    own: `unknown by ${peer} for ${claim === null ? null : limitKey(claim)}`,
    shared: `unknown by ${peer}`,
  },
});

/**
 * What of an address is counted: an IPv6 address by its /64, because whoever has one address there has all of
 * them. Takes the plain form.
 */
export const limitKey = (ip: string): string =>
  ip.includes(':')
    ? ipaddr.IPv6.parse(ip)
        .parts.slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : ip;

/** Whether `ip` is one of the Internet, and so not of this machine or a network of its operator. */
const isPublic = (ip: string): boolean => ipaddr.parse(ip).range() === 'unicast';

/**
 * Who sent a request. `trusted` are the proxies that are believed.
 *
 * A trusted proxy tells in `X-Forwarded-For`, the nearest entry that is no trusted proxy counts. One that passes
 * a request on and does not tell for whom leaves the client unknown: it is never the proxy itself. So does a
 * proxy that is not trusted, at an address of this machine or a private network: that address may be trusted
 * with much. At a public address it is a caller like any other, whatever its headers say, because it could
 * otherwise hide its address by a header.
 */
export function clientOf({ headers, socket }: Arrival, trusted: readonly Network[]): Client {
  const peer = plainAddress(socket.remoteAddress ?? '');
  if (peer === null) return unknown(null, null);
  if (!isForwarded(headers)) return known(peer);
  const header = headers['x-forwarded-for'];
  const entries = header === undefined ? [] : nearestFirst(String(header));
  if (isInNetworks(trusted, peer)) return told(entries, trusted) ?? unknown(peer, null);
  return isPublic(peer) ? known(peer) : unknown(peer, forwardedAddress(entries[0] ?? ''));
}

/** More proxies than these stand in no row. */
const MAX_PROXIES = 32;

/** Whom the entries of a trusted proxy name. Null where one cannot be read before a client was found. */
function told(entries: readonly string[], trusted: readonly Network[]): Client | null {
  const addresses = entries.slice(0, MAX_PROXIES).map(forwardedAddress);
  const first = addresses.findIndex((address) => address === null || !isInNetworks(trusted, address));
  const isAllProxies = first === -1 && entries.length <= MAX_PROXIES;
  const address = addresses.at(isAllProxies ? -1 : first === -1 ? addresses.length : first);
  return address ? known(address) : null;
}
