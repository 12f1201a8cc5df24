import type { Network } from '../common/network.js';
import { isAllowedAddress } from './address-policy.js';
import { plainAddress } from './address.js';

const LOOPBACK = ['127.0.0.1', '::1'];

/** Those of `localhost` and of the names below it, whatever a name server says (RFC 6761, 6.3); null for any other name. */
export const loopbackOf = (host: string): readonly string[] | null =>
  host === 'localhost' || host.endsWith('.localhost') ? LOOPBACK : null;

/** `host` without the dots at its end, however many: it is complete as it stands. */
export function withoutFinalDots(host: string): string {
  let end = host.length;
  while (end > 0 && host[end - 1] === '.') end -= 1;
  return host.slice(0, end);
}

/**
 * The addresses that a URL's host names by itself, without being resolved: an address literal, or
 * `localhost` and the names below it. Null for every other name.
 *
 * The URL parser has already turned decimal, octal, hexadecimal, short and full-width spellings into the
 * plain one.
 */
export function literalAddresses({ hostname }: URL): readonly string[] | null {
  const host = withoutFinalDots(hostname.replace(/^\[|\]$/g, ''));
  return host.includes(':') || /^[\d.]+$/.test(host) ? [plainAddress(host) ?? host] : loopbackOf(host);
}

/** Whether `url` names an address that the program may not connect to. Says nothing of names, which only resolving tells. */
export const isForbiddenLiteral = (url: URL, egressAllow: readonly Network[]): boolean => {
  const addresses = literalAddresses(url);
  return addresses !== null && !addresses.some((address) => isAllowedAddress(address, egressAllow));
};
