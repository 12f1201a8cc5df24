import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const CIDR = /^([\da-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i;
const IPV4_IN_IPV6 = 96;

/** A network: an address and the number of its leading bits that count. */
export type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/**
 * Whether `text` is a network in CIDR notation, or a single address. Addresses are written in full: 203.0.113
 * would be read as 203.0.0.113 by some and as a network by others, and 010.0.0.1 as octal by some.
 */
export function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = CIDR.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

/**
 * The network that `text` is, which `isNetwork()`; a single address is a network of one. A network of IPv4
 * addresses that is written as IPv6 is one of IPv4, as are the addresses that are compared with it.
 */
export function parseNetwork(text: string): Network {
  const [start, length] = text.split('/') as [string, string?];
  const address = ipaddr.parse(start);
  const bits = length === undefined ? address.toByteArray().length * 8 : Number(length);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= IPV4_IN_IPV6
    ? [address.toIPv4Address(), bits - IPV4_IN_IPV6]
    : [address, bits];
}

/** Whether `ip` is an address in one of `networks`. What is no address is in none. */
export function isInNetworks(networks: readonly Network[], ip: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  return networks.some(
    ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
  );
}

/** The one form of the address `text` that is stored and compared: without a zone, IPv4 within IPv6 as IPv4. Null for what is no address. */
export function plainAddress(text: string): string | null {
  const address = text.split('%', 1)[0]!;
  if (isIP(address) === 0) return null;
  return address.includes(':') ? ipaddr.process(address).toString() : address;
}
