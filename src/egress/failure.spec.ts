import { describe, expect, it } from '@jest/globals';
import { Failure, failureOf } from './failure.js';

describe('failureOf()', () => {
  it.each([
    ['ECONNREFUSED', 'connection-refused'],
    ['ECONNRESET', 'connection-reset'],
    ['ECONNABORTED', 'connection-reset'],
    ['EPIPE', 'connection-reset'],
    ['EHOSTUNREACH', 'timeout'],
    ['ETIMEDOUT', 'timeout'],
    ['ERR_INVALID_CHAR', 'protocol-error'],
    ['ERR_INVALID_HTTP_TOKEN', 'protocol-error'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed'],
    ['ERR_OSSL_EVP_UNSUPPORTED', 'tls-failed'],
    ['EPROTO', 'tls-failed'],
  ])('blames the other side for %s', (code, expected) => {
    expect(failureOf({ code })).toMatchObject({ code: expected, isInternalError: false });
  });

  it.each([
    ['ENETUNREACH', 'timeout'],
    ['ENETDOWN', 'timeout'],
    ['EADDRNOTAVAIL', 'connection-refused'],
    ['EMFILE', 'connection-refused'],
    ['ENFILE', 'connection-refused'],
    ['ENOBUFS', 'connection-refused'],
    ['ENOMEM', 'connection-refused'],
    ['EACCES', 'connection-refused'],
    ['EPERM', 'connection-refused'],
  ])('takes %s as the trouble of this machine', (code, expected) => {
    expect(failureOf({ code })).toMatchObject({ code: expected, isInternalError: true });
  });

  it.each([[new Error('a fault of ours')], [{ code: 5 }], [{ code: 'toString' }], [{}]])(
    'takes what it does not know, %j, as the trouble of this machine',
    (error) => {
      expect(failureOf(error)).toMatchObject({ code: 'protocol-error', isInternalError: true });
    },
  );

  it('leaves a failure as it is, and never repeats the words of an error', () => {
    const failure = new Failure('timeout', 'Too late.');
    expect(failureOf(failure)).toBe(failure);
    const error = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:80'), { code: 'ECONNREFUSED' });
    expect(failureOf(error).detail).toBe('The connection was refused.');
  });
});
