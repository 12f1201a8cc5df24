import { createHash } from 'node:crypto';
import { emailKey } from '../../accounts/email.js';

/**
 * What an address is counted and remembered by where it is nobody's account. No key is in it, so that it
 * outlives a rotation of the master secret: who steals a database can try addresses, and learns no other.
 */
export const addressDigest = (address: string): string =>
  createHash('sha256')
    .update(`address\n${emailKey(address)}`)
    .digest('hex');

export const isSameAddress = (one: string, other: string): boolean => emailKey(one) === emailKey(other);
