import type { EgressGuard } from './egress-policy.js';
import { addressNotAllowed } from './failure.js';
import { literalAddresses, withoutFinalDots } from './literal-host.js';
import type { Resolver } from './resolver.js';
import type { Address } from './address.js';

/** The host of `url` without brackets and final dots: what is resolved, and what a certificate must be for. */
export const hostOf = ({ hostname }: URL): string => withoutFinalDots(hostname.replace(/^\[|\]$/g, ''));

export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/**
 * The addresses at which `url` may be reached, in the order to try them. Throws a `Failure`.
 *
 * A name with one address that is not allowed has none: else its owner could mix what is public with what is
 * not, and wait. Of `localhost`, which no owner can change, what is allowed is taken.
 */
export async function destinationsOf(
  url: URL,
  guard: EgressGuard,
  resolve: Resolver['resolve'],
): Promise<readonly Address[]> {
  const port = portOf(url);
  const literal = literalAddresses(url);
  const addresses = literal ?? (await resolve(url.hostname));
  const open: Address[] = [];
  for (const address of addresses) if (await guard.allows(address, port)) open.push(address);
  if (open.length === 0 || (!literal && open.length < addresses.length)) throw addressNotAllowed;
  return open;
}
