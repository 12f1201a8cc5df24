import { describe, expect, it } from '@jest/globals';
import { EnvelopeError } from '../../crypto/envelope.js';
import { Secrets } from '../../crypto/secrets.js';
import { placeOf } from '../../monitors/sealed-settings.js';
import { type CheckedSettings, probeRequestOf } from './probe-request.js';

const secrets = new Secrets('a master secret for tests, 32 characters and more');
const open = secrets.decrypt.bind(secrets);

const monitor: CheckedSettings = {
  id: 'mon_1',
  teamId: 'team_1',
  url: 'https://example.com/health',
  method: 'GET',
  timeoutSeconds: 10,
  expectedStatus: 204,
  verifyTls: false,
  followRedirects: false,
  strictHttp: true,
  headers: [],
  body: null,
  auth: { type: 'none' },
  assertions: [{ type: 'response-time', operator: 'below', value: 500 }],
};

const seal = (column: 'headers' | 'auth', value: string) => secrets.encrypt(value, placeOf(column, monitor));

describe('probeRequestOf()', () => {
  it('takes over the settings', () => {
    expect(probeRequestOf(monitor, open)).toEqual({
      teamId: 'team_1',
      url: 'https://example.com/health',
      method: 'GET',
      headers: [],
      body: null,
      timeoutMs: 10_000,
      expectedStatus: 204,
      verifyTls: false,
      followRedirects: false,
      strictHttp: true,
      assertions: [{ type: 'response-time', operator: 'below', value: 500 }],
    });
  });

  it('opens the values of headers, and leaves names and order as they are', () => {
    const headers = [
      { name: 'X-Key', value: seal('headers', 'open sesame') },
      { name: 'accept', value: seal('headers', '*/*') },
    ];
    expect(probeRequestOf({ ...monitor, headers }, open).headers).toEqual([
      ['X-Key', 'open sesame'],
      ['accept', '*/*'],
    ]);
  });

  it('sends user and password in UTF-8', () => {
    const auth = { type: 'basic', username: 'Åsa', password: seal('auth', 'pass:wörd') } as const;
    expect(probeRequestOf({ ...monitor, auth }, open).headers).toEqual([
      ['Authorization', 'Basic w4VzYTpwYXNzOnfDtnJk'],
    ]);
  });

  it('sends a bearer token', () => {
    const auth = { type: 'bearer', token: seal('auth', 'abc.def') } as const;
    expect(probeRequestOf({ ...monitor, auth }, open).headers).toEqual([['Authorization', 'Bearer abc.def']]);
  });

  it('fails where a sealed value does not open', () => {
    const auth = { type: 'bearer', token: seal('headers', 'abc.def') } as const;
    expect(() => probeRequestOf({ ...monitor, auth }, open)).toThrow(EnvelopeError);
  });

  it.each(['POST', 'PUT', 'PATCH'] as const)(
    'sends the body with %s, and no content type of its own',
    (method) => {
      expect(probeRequestOf({ ...monitor, method, body: '{}' }, open)).toMatchObject({
        body: '{}',
        headers: [],
      });
    },
  );

  it.each(['GET', 'HEAD', 'DELETE'] as const)('sends no body with %s', (method) => {
    expect(probeRequestOf({ ...monitor, method, body: '{}' }, open).body).toBeNull();
  });
});
