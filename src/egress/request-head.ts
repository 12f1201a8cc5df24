type Header = readonly [name: string, value: string];

/** One request of an exchange: the first one, or what a redirection made of it. */
export interface Step {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string | null;
}

/** They belong to the connection or to the framing, and are not for callers to say. */
const OWN = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Methods whose request is expected to have content (RFC 9110, 8.6). */
const WITH_CONTENT = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Names and values in turn, as they go over the wire. Compressed answers are asked for only where the body is
 * of interest, because they are not read otherwise.
 */
export function headOf({ url, method, headers, body }: Step, readBody: boolean): string[] {
  const given = headers.filter(([name]) => !OWN.has(name.toLowerCase()));
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const head = ['Host', url.host];
  const unlessGiven = (name: string, value: string) => {
    if (!names.has(name.toLowerCase())) head.push(name, value);
  };
  unlessGiven('User-Agent', 'PulseAPI');
  unlessGiven('Accept', '*/*');
  if (readBody) unlessGiven('Accept-Encoding', 'gzip, deflate, br');
  head.push(...given.flat());
  if (body !== null || WITH_CONTENT.has(method))
    head.push('Content-Length', `${Buffer.byteLength(body ?? '')}`);
  head.push('Connection', 'close');
  return head;
}
