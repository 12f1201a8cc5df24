import type { TransportFailure } from './failure.js';
import type { Address } from './address.js';

/** How long the parts of an exchange took, in whole microseconds; null for a part that was not reached or not needed. */
export interface Phases {
  readonly dns: number | null;
  readonly connect: number | null;
  readonly tls: number | null;
  /** From the request's last byte to the response's first one. */
  readonly firstByte: number | null;
  /** From beginning to end, redirections included. */
  readonly total: number;
}

export interface Certificate {
  /** The earliest end on the path to an authority that is trusted; of all that was shown where there is none. Epoch milliseconds. */
  readonly expiresAt: number;
  readonly subject: string;
  readonly issuer: string;
}

export interface OutboundRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: string | null;
  /** For everything together. */
  readonly timeoutMs: number;
  readonly verifyTls: boolean;
  readonly followRedirects: boolean;
  /** Whether the body is of interest. It is not read otherwise. */
  readonly readBody: boolean;
  /**
   * Whether a response whose content is a stream by its type (`text/event-stream`, `multipart/x-mixed-replace`)
   * and so has no end is complete with its head. Left out: it is not.
   */
  readonly takesStreams?: boolean;
  /**
   * Whether what is not as RFC 9110 and RFC 9112 have it is refused. Left out: it is read as browsers and curl
   * read it.
   */
  readonly strictHttp?: boolean;
  /**
   * Of a response with another status people want to see what it says: the first 4 KiB of its body are read
   * as far as they come within a second, and it counts as complete with them. Left out: any status is expected.
   */
  readonly expectedStatus?: number;
}

export interface InboundResponse {
  readonly statusCode: number;
  /**
   * Names in lower case; values of a field that came more than once are joined by `, `. Bytes beyond ASCII are
   * read as UTF-8, or as Latin-1 where they are none.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** After decompression, at most 1 MiB of it. Empty where it was not read. */
  readonly body: Buffer;
  readonly isCut: boolean;
}

/** What came of a request. Exactly one of `response` and `failure` is there. */
export interface HttpExchange {
  readonly response: InboundResponse | null;
  readonly failure: TransportFailure | null;
  /** For people: what exactly went wrong, without an address. Null where nothing did. */
  readonly detail: string | null;
  /** Whether the failure tells of this machine (no route, no file descriptor, resolver away) and not of the other side. */
  readonly isInternalError: boolean;
  /** Of the last hop. */
  readonly phases: Phases;
  /** Of the last hop; null before it was chosen. */
  readonly address: Address | null;
  /** Of the last hop that had one, also when it was not accepted. */
  readonly certificate: Certificate | null;
  /** How much of the body was read, after decompression, whatever came of it. */
  readonly bodyBytes: number;
}
