import { plainAddress } from '../common/network.js';

/** An address with a port, as gateways write it: `203.0.113.7:51234`, `[2001:db8::1]:443`; the port may be missing. */
const WITH_PORT = /^(?:\[([\da-f.:]+(?:%[^\]]*)?)\]|([\d.]+))(?::\d{1,5})?$/i;

/** The longest entry that is looked at: an IPv6 address with a zone and a port. */
const MAX_ENTRY = 600;

/**
 * The address that an entry of `X-Forwarded-For` names, in its plain form. Null for what names none: `unknown`,
 * an obfuscated identifier (RFC 7239, section 6.3), anything else.
 */
export function forwardedAddress(entry: string): string | null {
  const text = entry.trim().replace(/^"(.*)"$/, '$1');
  if (text.length > MAX_ENTRY) return null;
  const [, bracketed, dotted] = WITH_PORT.exec(text) ?? [];
  return plainAddress(bracketed ?? dotted ?? text);
}

/** The entries of `X-Forwarded-For`, the nearest proxy's first. */
export const nearestFirst = (header: string): string[] => header.split(',').toReversed();

/**
 * What proxies add to a request that they pass on for somebody else: whatever tells of forwarding, of the address, the
 * scheme or the path it came with, or when it was taken, and what is named after a product. There are too many to list.
 */
const SIGN = new RegExp(
  [
    'forwarded',
    '-ip(?:v[46])?$',
    '(?:client|connecting|external|origin|original|peer|proxy|proxyuser|real|remote|socket|source|user)-?(?:ip|addr|address|host|port)$',
    '^(?:via|cdn-loop|front-end-https)$',
    '^x-(?:host|port|proto|protocol|scheme|script-name|url-scheme|queue-start|request-start)$',
    '^x-(?:original|rewrite|proxy|real|ssl|amzn|appengine|arr|azure|cloud|envoy|nginx|varnish)-',
    '^(?:cf|fastly|fly|wl-proxy)-',
  ].join('|'),
);

/** Whether a request says that it comes for somebody else. Names of headers are in lower case. */
export const isForwarded = (headers: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(headers).some((name) => SIGN.test(name));
