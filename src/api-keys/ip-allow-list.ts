import ipaddr from 'ipaddr.js';

/** Whether `text` is a network in CIDR notation, or a single address. */
export const isNetwork = (text: string): boolean =>
  ipaddr.isValidCIDR(text) || (ipaddr.isValid(text) && !/^\d+$/.test(text));

type Network = [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

const parse = (entry: string): Network => {
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
