/** Why an exchange brings no response. Its `detail` is for people, and names neither an address nor a secret. */
export class Failure extends Error {
  constructor(
    readonly code: TransportFailure,
    readonly detail: string,
    /** Whether it tells of this machine and not of the other side. */
    readonly isInternalError = false,
  ) {
    super(detail);
  }
}

/** One sentence for every cause, so that an answer does not tell what is behind an address. */
export const addressNotAllowed = new Failure(
  'address-not-allowed',
  'The host has an address that may not be reached from here.',
);

export const protocolError = (detail: string): Failure => new Failure('protocol-error', detail);

export const connectionReset = new Failure(
  'connection-reset',
  'The connection was ended before the response was complete.',
);

const refused = new Failure('connection-refused', 'The connection was refused.');
const unreachable = new Failure('timeout', 'The host cannot be reached.');
const silent = new Failure('timeout', 'The other side stopped answering.');
const noRoute = new Failure('timeout', 'This machine has no route to the host.', true);
const forbidden = new Failure('connection-refused', 'This machine does not permit the connection.', true);
const exhausted = new Failure('connection-refused', 'This machine has no means left for a connection.', true);

/** By the name that `errno` has for it. */
const SYSTEM: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: refused,
  ECONNRESET: connectionReset,
  ECONNABORTED: connectionReset,
  EPIPE: connectionReset,
  EHOSTUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  ETIMEDOUT: silent,
  ENETUNREACH: noRoute,
  ENETDOWN: noRoute,
  EACCES: forbidden,
  EPERM: forbidden,
  EADDRNOTAVAIL: exhausted,
  EMFILE: exhausted,
  ENFILE: exhausted,
  ENOBUFS: exhausted,
  ENOMEM: exhausted,
};

const handshake = new Failure('tls-failed', 'The TLS handshake failed.');
const unsendable = protocolError('The request cannot be sent as it is.');
const unknown = new Failure('protocol-error', 'The exchange failed for a reason unknown here.', true);

function ofCode(code: string): Failure {
  if (Object.hasOwn(SYSTEM, code)) return SYSTEM[code]!;
  if (/^(?:ERR_SSL_|ERR_OSSL_|EPROTO$)/.test(code)) return handshake;
  return /^ERR_(?:HTTP|INVALID|UNESCAPED)_/.test(code) ? unsendable : unknown;
}

/** What an error of a socket, of a header that cannot be sent or of TLS says. An error unknown here is this machine's trouble. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? ofCode(code) : unknown;
}
/** Why no response came, or none that may be used. The wire format of `error`, in part. */
export const transportFailures = [
  'timeout',
  'connection-refused',
  'connection-reset',
  'dns-failed',
  'tls-expired',
  'tls-hostname-mismatch',
  'tls-untrusted',
  'tls-failed',
  'too-many-redirects',
  'address-not-allowed',
  'protocol-error',
] as const;
export type TransportFailure = (typeof transportFailures)[number];
