import { isInNetworks, type Network, parseNetwork } from '../common/network.js';

/** Whether `ip` is in one of `networks`. An empty list allows every address, and callers whose address is not known (null). */
export const isAllowedIp = (networks: readonly string[], ip: string | null): boolean =>
  networks.length === 0 || (ip !== null && isInNetworks(networks.map(parseNetwork), ip));

/** Whether every address of `inner` is one of `outer`. Of both, an empty list stands for every address. */
export function isWithinNetworks(inner: readonly string[], outer: readonly string[]): boolean {
  if (outer.length === 0) return true;
  const around = outer.map(parseNetwork);
  const isCovered = ([address, bits]: Network): boolean =>
    around.some(
      ([network, size]) => network.kind() === address.kind() && size <= bits && address.match(network, size),
    );
  return inner.length > 0 && inner.map(parseNetwork).every(isCovered);
}
