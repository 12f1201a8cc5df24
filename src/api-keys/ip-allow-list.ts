import ipaddr from 'ipaddr.js';

/** An address of at most 45 characters without a zone, and perhaps how many of its bits name a network. */
const ENTRY = /^([\d.:a-f]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/i;

/**
 * Whether `text` is a network in CIDR notation, or a single address. Only what every reader understands
 * alike: no octal, hexadecimal or shortened IPv4. An IPv4 address written as IPv6 is refused, because
 * callers are known by their IPv4 address.
 */
export function isNetwork(text: string): boolean {
  const [, address, bits = '0'] = ENTRY.exec(text) ?? [];
  return address !== undefined && Number(bits) <= widthOf(address);
}

/** How many bits `address` has, or NaN where it is none. */
function widthOf(address: string): number {
  const dotted = address.slice(address.lastIndexOf(':') + 1);
  if (address.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(dotted)) return NaN;
  if (address === dotted) return address.includes('.') ? 32 : NaN;
  return ipaddr.IPv6.isValid(address) && !ipaddr.IPv6.parse(address).isIPv4MappedAddress() ? 128 : NaN;
}

const parse = (entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] => {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  const address = ipaddr.parse(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

/** Whether `ip` is in one of `networks`. An empty list allows every address. */
export function isAllowedIp(networks: readonly string[], ip: string): boolean {
  if (networks.length === 0) return true;
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  return networks
    .map(parse)
    .some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}
