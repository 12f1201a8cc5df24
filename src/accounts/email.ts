import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';
import { isPrintable } from '../common/name.js';

export const MAX_EMAIL = 254;

/** `email` in Unicode NFKC, without regard to case. */
export const foldedEmail = (email: string): string => email.normalize('NFKC').trim().toLowerCase();

/**
 * What two addresses are the same by: written without regard to case, the domain in ASCII, so that an
 * internationalised one and its Punycode (RFC 5891) are one mailbox.
 */
export function emailKey(email: string): string {
  const folded = foldedEmail(email);
  const begin = folded.lastIndexOf('@') + 1;
  return folded.slice(0, begin) + (domainToASCII(folded.slice(begin)) || folded.slice(begin));
}

/**
 * Whether `value` is an e-mail address. A domain may be a single name, such as localhost, but no IP address, and none
 * that has no form in ASCII or claims one that stands for nothing (RFC 5890, 2.3.2.1).
 */
export const isEmailAddress = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= MAX_EMAIL &&
  isEmail(value, { require_tld: false }) &&
  domainToASCII(domainOf(foldedEmail(value))) !== '' &&
  isIP(domainOf(emailKey(value))) === 0;

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);

/** Whether `email` has only characters that stand for themselves, in its normal form too, which can be longer. */
export const isPlainEmail = (email: string): boolean =>
  isPrintable(email) && emailKey(email).length <= MAX_EMAIL;
