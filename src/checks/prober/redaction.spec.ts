import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Redaction } from './redaction.js';

type Header = [name: string, value: string];

const base64 = (text: string) => Buffer.from(text).toString('base64');
const redactionOf = (...headers: Header[]) => new Redaction({ headers });

describe('Redaction', () => {
  it.each<[string, Header, string]>([
    ['the value of a header', ['X-Key', 'abc-123-def'], 'abc-123-def'],
    ['a bearer token', ['Authorization', 'Bearer s3cr3t-token'], 's3cr3t-token'],
    ['a token behind a scheme of its own', ['X-Auth', 'Token s3cr3t-token'], 's3cr3t-token'],
    ['the password of Basic', ['Authorization', `Basic ${base64('ada:difference')}`], 'difference'],
    ['user and password of Basic', ['Authorization', `basic ${base64('ada:abc')}`], 'ada:abc'],
    ['the base64 of Basic', ['Authorization', `Basic ${base64('ada:abc')}`], base64('ada:abc')],
    ['a password beyond ASCII', ['Authorization', `Basic ${base64('ada:Schlüssel')}`], 'Schlüssel'],
    ['the value of a cookie', ['Cookie', 'theme=dark; session=f00dcafe'], 'f00dcafe'],
    ['what a JSON document escapes', ['X-Key', 'quote"slash\\'], 'quote\\"slash\\\\'],
    ['what a page escapes', ['X-Key', '<quote"&'], '&lt;quote&quot;&amp;'],
    ['what a link escapes', ['X-Key', 'a b/c=d'], 'a%20b%2Fc%3Dd'],
    [
      'a value of Latin-1 that comes back as UTF-8',
      ['X-Key', Buffer.from('Schlüssel').toString('latin1')],
      'Schlüssel',
    ],
  ])('blots out %s', (_, header, secret) => {
    expect(redactionOf(header).apply(`<${secret}> and ${secret}`)).toBe('<[redacted]> and [redacted]');
  });

  it('leaves values of five characters and fewer', () => {
    expect(redactionOf(['X-Flag', 'false'], ['Accept', '*/*']).apply('{"ok":false} */*')).toBe(
      '{"ok":false} */*',
    );
  });

  it('leaves nothing of secrets that overlap', () => {
    const redaction = redactionOf(['A', 'abcdefgh'], ['B', 'efghijkl'], ['C', 'abcdefghijkl-long']);
    expect(redaction.apply('<abcdefghijkl> <abcdefghijkl-long>')).toBe('<[redacted]> <[redacted]>');
  });

  it('blots out the beginning of a secret at the end of the text', () => {
    expect(redactionOf(['A', 'abcabcabcdef']).apply('x abcabcabc')).toBe('x [redacted]');
    expect(redactionOf(['A', 'abcdefghijkl']).apply('x abcde')).toBe('x abcde');
  });

  it('never lets a secret through, wherever it stands', () => {
    const secret = fc.stringMatching(/^[a-c]{6,12}$/);
    fc.assert(
      fc.property(secret, secret, fc.stringMatching(/^[a-c]{0,9}$/), (one, two, filler) => {
        const clean = redactionOf(['A', one], ['B', two]).apply(filler + one + filler + two.slice(0, 8));
        expect(clean).not.toContain(one);
        expect(clean).not.toContain(two);
        expect(clean.endsWith('[redacted]')).toBe(true);
      }),
    );
  });

  it('takes no longer for secrets and a text that are made to take long', () => {
    const headers = Array.from({ length: 30 }, (_, at): Header => [
      'Cookie',
      `a=${'a'.repeat(4_000 + at)};`.repeat(2),
    ]);
    const redaction = redactionOf(...headers);
    const began = performance.now();
    expect(redaction.apply('a'.repeat(2_048))).toBe('[redacted]');
    expect(redaction.apply('aaaaa b'.repeat(300))).toContain('aaaaa b');
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
