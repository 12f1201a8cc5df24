import ipaddr from 'ipaddr.js';

const network = (text: string) => ipaddr.IPv6.parseCIDR(text);

const COMPATIBLE = network('::/96');
const NAT64 = network('64:ff9b::/96');
const LOCAL_NAT64 = network('64:ff9b:1::/48');
const SIX_TO_FOUR = network('2002::/16');

/** `::` and `::1` have the form of IPv4-compatible addresses, and are none (RFC 4291, 2.5.5.1). */
const isCompatible = (address: ipaddr.IPv6): boolean =>
  address.match(COMPATIBLE) && (address.parts[6]! > 0 || address.parts[7]! > 1);

/**
 * The IPv4 address that an IPv6 address stands for, or null where it stands for none: mapped and compatible
 * (RFC 4291), NAT64 (RFC 6052 and RFC 8215) and 6to4 (RFC 3056) addresses do.
 */
export function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray();
  if (address.match(SIX_TO_FOUR)) return new ipaddr.IPv4(bytes.slice(2, 6));
  const endsInIPv4 =
    address.isIPv4MappedAddress() ||
    isCompatible(address) ||
    address.match(NAT64) ||
    address.match(LOCAL_NAT64);
  return endsInIPv4 ? new ipaddr.IPv4(bytes.slice(12)) : null;
}
