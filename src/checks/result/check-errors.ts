import type { CheckError } from './probe-result.js';

/** What each error of a check means, for people. */
export const checkErrorSentences: Readonly<Record<CheckError, string>> = {
  timeout: 'The response was not complete within the timeout.',
  'connection-refused':
    'The server refused the connection: nothing listens on that port, or a firewall says so.',
  'connection-reset': 'The connection ended before the response was complete.',
  'dns-failed': 'The host name could not be resolved to an address.',
  'tls-expired': 'A certificate of the server has expired, or is not valid yet.',
  'tls-hostname-mismatch': 'The certificate of the server is for another host name.',
  'tls-untrusted': 'The certificate of the server was not issued by an authority that is trusted.',
  'tls-failed': 'No TLS session could be agreed with the server.',
  'unexpected-status': 'The status of the response is another one than expectedStatus.',
  'assertion-failed': 'The response came with the expected status, and an assertion does not hold for it.',
  'too-many-redirects': 'The response is a redirection once more after as many as are followed.',
  'address-not-allowed': 'The host is at an address that must not be monitored from here.',
  'protocol-error': 'What the server sent is not HTTP as it can be understood.',
};
