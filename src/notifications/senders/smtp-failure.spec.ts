import { describe, expect, it } from '@jest/globals';
import { smtpFailure } from './smtp-failure.js';

describe('smtpFailure()', () => {
  it.each([
    [
      { code: 'EDNS', originalCode: 'ENOTFOUND' },
      'The mail server could not be found: its name has no address.',
    ],
    [
      { code: 'ESOCKET', originalCode: 'ECONNREFUSED' },
      'The mail server could not be reached: nothing listens at its address.',
    ],
    [
      { code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' },
      'The certificate of the mail server is not trusted: it has expired.',
    ],
    [
      { code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      'The certificate of the mail server is not trusted: it is for another name.',
    ],
    [
      { code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' },
      'No TLS connection to the mail server came about.',
    ],
    [{ code: 'ETIMEDOUT' }, 'The mail server did not answer in time.'],
    [{ code: 'EPROTOCOL' }, 'What answers at the address of the mail server does not speak SMTP.'],
    [{ code: 'ENEW' }, 'The mail server could not be reached (ENEW).'],
    [
      { code: 'EENVELOPE', responseCode: 530, command: 'MAIL FROM' },
      'The mail server wants credentials or TLS first: it answered 530.',
    ],
    [
      { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' },
      'The mail server refused the address: it answered 550.',
    ],
    [
      { code: 'EMESSAGE', responseCode: 552, command: 'DATA' },
      'The mail server refused the e-mail: it answered 552.',
    ],
  ])('tells of %j in words', (error, reason) => {
    expect(smtpFailure(error)).toMatchObject({ kind: 'failed', reason });
  });
});
