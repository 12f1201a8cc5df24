import { isIP } from 'node:net';

const CIDR = /^([\da-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i;

/**
 * Whether `text` is a network in CIDR notation, or a single address. Addresses are written in full: 203.0.113
 * would be read as 203.0.0.113 by some and as a network by others, and 010.0.0.1 as octal by some.
 */
export function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = CIDR.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
