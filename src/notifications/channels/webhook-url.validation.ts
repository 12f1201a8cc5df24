import type { Network } from '../../common/network.js';
import { isForbiddenLiteral } from '../../egress/literal-host.js';

export const MAX_URL_LENGTH = 2_000;

/** What is wrong with the address of a receiver: a stable code, and words that follow the member's name. */
export interface UrlIssue {
  readonly code: string;
  readonly message: string;
}

const VISIBLE = /^https?:\/\/[^\s\\\p{Cc}\p{Cs}]+$/iu;
const AUTHORITY = /^\w+:\/\/([^/?#]*)/;

const refuse = (code: string, message: string): UrlIssue => ({ code, message });

/** What is wrong with `url`; null where nothing is. Names are not resolved here: what they resolve to is judged at each delivery. */
export function webhookUrlIssue(
  url: unknown,
  { httpsOnly, egressAllow }: { httpsOnly: boolean; egressAllow: readonly Network[] },
): UrlIssue | null {
  const schemes = httpsOnly ? 'https' : 'http or https';
  const example = `must be an ${schemes} URL such as https://hooks.example.com/pulse`;
  const scheme = httpsOnly ? /^https:/i : /^https?:/i;
  if (typeof url !== 'string') return refuse('url', example);
  if (url.length > MAX_URL_LENGTH)
    return refuse('max-length', `must be at most ${MAX_URL_LENGTH} characters long`);
  if (!VISIBLE.test(url) || !scheme.test(url) || !URL.canParse(url)) return refuse('url', example);
  if (AUTHORITY.exec(url)![1]!.includes('@'))
    return refuse('user-info', 'must not hold a user name or a password');
  if (isForbiddenLiteral(new URL(url), egressAllow))
    return refuse('address-not-allowed', 'must not name a private or other special address');
  return null;
}
