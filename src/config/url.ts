interface Expected {
  readonly protocols: readonly string[];
  /** What such a URL looks like. */
  readonly example: string;
}

/**
 * The URL of a service, with a host. Throws an Error whose message completes "NAME ...", and holds nothing of
 * the URL, in which there may be a password.
 */
export function readUrl(text: string, { protocols, example }: Expected): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol) || !url.hostname)
    throw new Error(`must look like ${example}${hintFor(text)}`);
  if (text.includes('#')) throw new Error('must not hold a #: write %23 where the user or password has one');
  if (url.port === '0') throw new Error('must not have the port 0');
  if (url.password && !url.username) throw new Error('must not have a password without a user');
  return url;
}

/** What a password with `/`, `?` or `#` in it makes of a URL. */
const hintFor = (text: string): string =>
  /^\w+:\/\/[^@]*[/?#][^@]*@/.test(text)
    ? '; in a user or password write %2F for /, %3F for ?, %23 for # and %25 for %'
    : '';

/** `text` without its percent-encoding. */
export function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`must have its ${part} percent-encoded: write %25 for %`);
  }
}
