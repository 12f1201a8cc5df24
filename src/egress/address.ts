import ipaddr from 'ipaddr.js';

/**
 * The one spelling of an address, so that two can be compared as text: IPv6 shortened, an IPv4-mapped address
 * as the IPv4 address that is reached through it. Null for what is not an address.
 */
export function plainAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  return ipaddr.IPv6.isValid(text) ? ipaddr.process(text).toString() : null;
}
/** An IPv4 or IPv6 address in its plain form. */
export type Address = string;
