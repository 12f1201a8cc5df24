import type { Network } from '../common/network.js';
import { isForbiddenLiteral } from '../egress/literal-host.js';
import { issue, type ValidationIssue } from '../http/validation-issue.js';

export const MAX_URL_LENGTH = 2_000;

const PLAIN = /^https?:\/\/[^\s\\\p{Cc}]+$/iu;
const ASCII = /^[!-~]+$/;
const AUTHORITY = /^\w+:\/\/([^/?#]*)/;

/** A URL as it is stored: as it was written, but in ASCII, so that both databases search it alike. */
export const storedUrl = (url: string): string => (ASCII.test(url) ? url : new URL(url).href);

/**
 * What is wrong with `url` as the address of a monitor, for strings that are not too long. Names are not
 * resolved here: what they resolve to is judged at each check.
 */
export function urlIssues(url: unknown, egressAllow: readonly Network[]): ValidationIssue[] {
  if (typeof url !== 'string' || url.length > MAX_URL_LENGTH) return [];
  const refuse = (code: string, message: string) => [issue('/url', code, message)];
  if (!PLAIN.test(url) || !URL.canParse(url))
    return refuse('url', 'url must be an http or https URL such as https://api.example.com/health.');
  if (AUTHORITY.exec(url)![1]!.includes('@'))
    return refuse('user-info', 'url must not hold a user name or a password. Use auth for them.');
  if (storedUrl(url).length > MAX_URL_LENGTH)
    return refuse('max-length', `url must be at most ${MAX_URL_LENGTH} characters long in ASCII.`);
  if (isForbiddenLiteral(new URL(url), egressAllow))
    return refuse('address-not-allowed', 'url must not name a private or other special address.');
  return [];
}
