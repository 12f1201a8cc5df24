import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { EnvelopeError, open, seal } from './envelope.js';

const key = randomBytes(32);
const text = fc.string({ unit: 'grapheme' });

describe('a sealed value', () => {
  it('opens to what was sealed, in its place and under its key', () => {
    fc.assert(fc.property(text, text, (value, place) => open(key, seal(key, value, place), place) === value));
  });

  it('does not open in another place', () => {
    fc.assert(
      fc.property(text, text, text, (value, place, elsewhere) => {
        fc.pre(place !== elsewhere);
        const sealed = seal(key, value, place);
        expect(() => open(key, sealed, elsewhere)).toThrow(EnvelopeError);
      }),
    );
  });

  it('does not open under another key', () => {
    const sealed = seal(key, 'secret', 'here');
    expect(() => open(randomBytes(32), sealed, 'here')).toThrow(EnvelopeError);
  });

  it('does not open when any bit of it is another', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(7), (value, at, bit) => {
        const bytes = Buffer.from(seal(key, value, 'here').slice(3), 'base64url');
        bytes[at % bytes.length]! ^= 1 << bit;
        expect(() => open(key, `v1.${bytes.toString('base64url')}`, 'here')).toThrow(EnvelopeError);
      }),
    );
  });

  it('is another one each time, so that equal values are not seen to be', () => {
    const sealed = Array.from({ length: 100 }, () => seal(key, 'secret', 'here'));
    expect(new Set(sealed).size).toBe(100);
  });

  it('does not hold what it seals', () => {
    expect(seal(key, 'secret', 'here')).not.toContain(Buffer.from('secret').toString('base64url'));
  });
});

describe('open()', () => {
  it.each(['', 'v1', 'v1.', 'v1.AAAA', 'v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'secret'])(
    'refuses %p',
    (envelope) => expect(() => open(key, envelope, 'here')).toThrow(EnvelopeError),
  );

  it('refuses whatever was not sealed', () => {
    fc.assert(
      fc.property(fc.string(), (envelope) => {
        expect(() => open(key, envelope, 'here')).toThrow(EnvelopeError);
      }),
    );
  });
});
