import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { isSigningSecret, newSigningSecret, secretsAt, signatures } from './signing-secret.js';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

describe('isSigningSecret', () => {
  it('takes 24 to 64 bytes', () => {
    expect([24, 32, 63, 64].map(secretOf).filter(isSigningSecret)).toHaveLength(4);
    expect([0, 16, 23, 65, 100].map(secretOf).filter(isSigningSecret)).toEqual([]);
  });

  it('takes what was generated, which is another each time', () => {
    const secrets = [newSigningSecret(), newSigningSecret()];
    expect(secrets.filter(isSigningSecret)).toHaveLength(2);
    expect(new Set(secrets).size).toBe(2);
  });

  it.each([
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS?',
    ' whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==',
    'WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    null,
    32,
  ])('refuses %j', (text) => {
    expect(isSigningSecret(text)).toBe(false);
  });
});

describe('secretsAt', () => {
  const secrets = { secret: 'new', previous: { secret: 'old', endsAt: 1_000 } };

  it('is both until the former one ends', () => {
    expect([secretsAt(secrets, 999), secretsAt(secrets, 1_000)]).toEqual([['new', 'old'], ['new']]);
  });

  it('is one where none was rotated away', () => {
    expect(secretsAt({ secret: 'new', previous: null }, 0)).toEqual(['new']);
  });
});

describe('signatures', () => {
  const body = '{"type":"channel.test","data":{"name":"Zoë"}}';
  const id = 'msg_01jd8x0000e3vb6qk4mzt5w7ya';
  const timestamp = Math.floor(Date.now() / 1_000);
  const headersWith = (...secrets: string[]) => ({
    'webhook-id': id,
    'webhook-timestamp': `${timestamp}`,
    'webhook-signature': signatures(secrets, { id, timestamp, body }),
  });

  it('are what the library of Standard Webhooks makes', () => {
    const secret = newSigningSecret();
    const theirs = new Webhook(secret).sign(id, new Date(timestamp * 1_000), body);
    expect(signatures([secret], { id, timestamp, body })).toBe(theirs);
  });

  it('verify with each of two secrets, and with no other', () => {
    const [first, second] = [newSigningSecret(), newSigningSecret()];
    const headers = headersWith(first, second);
    for (const secret of [first, second])
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(newSigningSecret()).verify(body, headers)).toThrow(
      'No matching signature found',
    );
  });

  it('do not verify with another body', () => {
    const secret = newSigningSecret();
    expect(() => new Webhook(secret).verify(`${body} `, headersWith(secret))).toThrow(
      'No matching signature found',
    );
  });
});
