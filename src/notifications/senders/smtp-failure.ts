import { failed, type AttemptResult } from '../deliveries/attempt-result.js';

/** What is known of an error of nodemailer. */
export interface SmtpError {
  readonly code?: string;
  /** What the system or OpenSSL called it, where nodemailer gives it a code of its own. */
  readonly originalCode?: string;
  /** The reply code of the server. */
  readonly responseCode?: number;
  /** Which command was refused. */
  readonly command?: string;
}

/** Reasons why Node does not trust a certificate (its `X509_V_ERR_*` and `ERR_TLS_*` codes). */
const certificates: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not trusted here',
  CERT_REVOKED: 'it was revoked',
  CERT_UNTRUSTED: 'its authority is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The mail server could not be reached: nothing listens at its address.',
  EHOSTUNREACH: 'The mail server could not be reached: there is no route to it.',
  ENETUNREACH: 'The mail server could not be reached: there is no route to it.',
  ECONNRESET: 'The mail server ended the connection.',
  ECONNECTION: 'The mail server ended the connection.',
  EDNS: 'The mail server could not be found: its name has no address.',
  ETIMEDOUT: 'The mail server did not answer in time.',
  EAUTH: 'The mail server takes none of the ways to authenticate that there are.',
  EPROTOCOL: 'What answers at the address of the mail server does not speak SMTP.',
  ETLS: 'No TLS connection to the mail server came about.',
};

const NEEDS_CREDENTIALS = 530;

/** Why an e-mail was not taken, in our own words: those of the server may name machines and accounts of the operator. */
export function smtpFailure({
  code = 'unknown',
  originalCode,
  responseCode,
  command,
}: SmtpError): AttemptResult {
  if (responseCode !== undefined)
    return failed(`The mail server ${refusal(code, responseCode, command)}: it answered ${responseCode}.`, {
      statusCode: responseCode,
    });
  const untrusted = certificates[originalCode ?? ''] ?? certificates[code];
  if (untrusted !== undefined)
    return failed(`The certificate of the mail server is not trusted: ${untrusted}.`);
  if (originalCode?.startsWith('ERR_SSL_') || originalCode?.startsWith('ERR_TLS_'))
    return failed('No TLS connection to the mail server came about.');
  const reason = reasons[originalCode ?? ''] ?? reasons[code];
  return failed(reason ?? `The mail server could not be reached (${code}).`);
}

function refusal(code: string, responseCode: number, command: string | undefined): string {
  if (code === 'EAUTH') return 'refused our credentials';
  if (responseCode === NEEDS_CREDENTIALS) return 'wants credentials or TLS first';
  if (command === 'MAIL FROM') return 'refused the sender';
  return command === 'RCPT TO' ? 'refused the address' : 'refused the e-mail';
}
