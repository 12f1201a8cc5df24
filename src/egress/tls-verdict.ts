import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';
import { Failure } from './failure.js';

const untrusted = (detail: string) => new Failure('tls-untrusted', detail);
const untrustedChain = untrusted('The certificate cannot be traced to an authority that is trusted here.');
const invalid = untrusted('The certificate, or one of its issuers, is not valid.');
const incomplete = untrusted('The issuer of the certificate is not known here, or the chain is incomplete.');
const selfSigned = untrusted('The certificate is signed by itself.');
const selfSignedRoot = untrusted('The certificate comes from an authority that is not trusted here.');
const ended = new Failure('tls-expired', 'The certificate, or one of its issuers, has expired.');
const early = new Failure('tls-expired', 'The certificate, or one of its issuers, is not valid yet.');
const otherHost = new Failure('tls-hostname-mismatch', 'The certificate is for another host.');
const forNobody = new Failure(
  'tls-hostname-mismatch',
  'The certificate has no subjectAltName that names a host, and its common name does not count (RFC 9525).',
);

/** By the codes of OpenSSL's X509_verify_cert_error_string(3). */
const VERIFICATION: Readonly<Record<string, Failure>> = {
  CERT_HAS_EXPIRED: ended,
  CERT_NOT_YET_VALID: early,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSignedRoot,
  UNABLE_TO_GET_ISSUER_CERT: incomplete,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: incomplete,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: incomplete,
  CERT_UNTRUSTED: untrustedChain,
  CERT_CHAIN_TOO_LONG: untrustedChain,
};

const NOBODY = {} as PeerCertificate['subject'];

/** Why the certificate of the other side is not accepted for `host`; null when it is. */
export function objectionTo(certificate: PeerCertificate, socket: TLSSocket, host: string): Failure | null {
  // An Error by its type, a code in truth.
  const code = socket.authorizationError as unknown as string | null;
  if (code) return VERIFICATION[code] ?? invalid;
  if (!socket.authorized) return untrustedChain;
  const { subjectaltname } = certificate;
  if (!/(?:^|, )(?:DNS|IP Address):/.test(subjectaltname ?? '')) return forNobody;
  // Node.js takes the common name where no other name is there.
  return checkServerIdentity(host, { ...certificate, subject: NOBODY }) ? otherHost : null;
}
