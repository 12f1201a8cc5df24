import ipaddr from 'ipaddr.js';
import type { Network } from '../common/network.js';
import { embeddedIPv4 } from './embedded-ipv4.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const networks = (...texts: string[]): Network[] => texts.map((text) => ipaddr.parseCIDR(text));

/** The IANA IPv4 special-purpose address registry, multicast, and the wire server of Azure. */
const SPECIAL_IPV4 = networks(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
);

const GLOBAL_IPV6 = networks('2000::/3');

/** What of `GLOBAL_IPV6` is not global: protocol assignments, documentation, 6to4. */
const SPECIAL_IPV6 = networks('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');

/** Prefixes that exist to reach IPv4 from within one network. */
const TRANSLATION = networks('64:ff9b:1::/48', '2002::/16');

/**
 * Where clouds serve credentials to the machines in them: AWS (instances, containers, pods), Azure, Google,
 * Alibaba, Oracle, Tencent, Scaleway. Never allowed.
 */
const METADATA = networks(
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  '168.63.129.16/32',
  'fd20:ce::254/128',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '169.254.0.23/32',
  '169.254.42.42/32',
  'fd00:42::42/128',
);

const isIn = (list: readonly Network[], address: Address): boolean =>
  list.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));

/** An IPv4 address of four decimal numbers or an IPv6 address; null for anything else. */
function parse(ip: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(ip)) return ipaddr.IPv4.parse(ip);
  return ipaddr.IPv6.isValid(ip) ? ipaddr.IPv6.parse(ip) : null;
}

const isGlobal = (address: Address): boolean =>
  address.kind() === 'ipv4'
    ? !isIn(SPECIAL_IPV4, address)
    : isIn(GLOBAL_IPV6, address) && !isIn(SPECIAL_IPV6, address);

/**
 * Whether the program may connect to `ip`: to global unicast addresses, and to those of `egressAllow`.
 * Metadata services stay closed even there. What is not an address is not allowed.
 *
 * An IPv6 address that stands for an IPv4 address is judged by that one, so that no spelling opens what
 * another closes.
 */
export function isAllowedAddress(ip: string, egressAllow: readonly Network[] = []): boolean {
  const address = parse(ip);
  if (!address) return false;
  const reached = address instanceof ipaddr.IPv6 ? (embeddedIPv4(address) ?? address) : address;
  if (isIn(METADATA, reached)) return false;
  if (isIn(egressAllow, reached)) return true;
  return isGlobal(reached) && !isIn(TRANSLATION, address);
}
