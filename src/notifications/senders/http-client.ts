import type { HttpExchange, OutboundRequest } from '../../egress/exchange.js';

/** How messages are posted. Also the token to inject it by. */
export abstract class HttpClient {
  /** Never rejects. */
  abstract exchange(request: OutboundRequest): Promise<HttpExchange>;
}

const TIMEOUT_MS = 10_000;

/** A message of JSON. Only a direct answer to it counts: redirections are not followed, and its body is of no interest. */
export const post = (
  url: string,
  body: string,
  headers: ReadonlyArray<readonly [name: string, value: string]> = [],
  timeoutMs = TIMEOUT_MS,
): OutboundRequest => ({
  url,
  method: 'POST',
  headers: [['Content-Type', 'application/json'], ['User-Agent', 'PulseAPI'], ...headers],
  body,
  timeoutMs,
  verifyTls: true,
  followRedirects: false,
  readBody: false,
});
