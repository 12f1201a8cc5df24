import ipaddr from 'ipaddr.js';

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

const IPV4_IN_IPV6 = 96;

/** A network of IPv4 addresses that is written as IPv6 is one of IPv4, as are the addresses that are compared with it. */
function parse(entry: string): Network {
  const [text, length] = entry.split('/') as [string, string?];
  const address = ipaddr.parse(text);
  const bits = length === undefined ? address.toByteArray().length * 8 : Number(length);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= IPV4_IN_IPV6
    ? [address.toIPv4Address(), bits - IPV4_IN_IPV6]
    : [address, bits];
}

/** Whether `ip` is in one of `networks`. An empty list allows every address. */
export function isAllowedIp(networks: readonly string[], ip: string): boolean {
  if (networks.length === 0) return true;
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  return networks
    .map(parse)
    .some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** Whether every address of `inner` is one of `outer`. Of both, an empty list stands for every address. */
export function isWithinNetworks(inner: readonly string[], outer: readonly string[]): boolean {
  if (outer.length === 0) return true;
  const around = outer.map(parse);
  const isCovered = ([address, bits]: Network): boolean =>
    around.some(
      ([network, size]) => network.kind() === address.kind() && size <= bits && address.match(network, size),
    );
  return inner.length > 0 && inner.map(parse).every(isCovered);
}
