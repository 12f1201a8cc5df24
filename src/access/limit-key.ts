import ipaddr from 'ipaddr.js';

/**
 * What of an address is counted: an IPv6 address by its /64, because whoever has one address there has all
 * of them. Takes the plain form of `clientIp`.
 */
export const limitKey = (ip: string): string =>
  ip.includes(':')
    ? ipaddr.IPv6.parse(ip)
        .parts.slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : ip;
