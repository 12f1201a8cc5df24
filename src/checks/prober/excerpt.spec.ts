import { describe, expect, it } from '@jest/globals';
import { excerptOf } from './excerpt.js';
import { Redaction } from './redaction.js';

interface Given {
  readonly contentType?: string;
  readonly secret?: string;
  readonly isCut?: boolean;
}

function excerpt(body: string | Buffer, { contentType, secret = '', isCut = false }: Given = {}) {
  const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
  const response = { statusCode: 500, headers, body: Buffer.from(body as string), isCut };
  return excerptOf(response, new Redaction({ headers: [['X-Key', secret]] }));
}

describe('excerptOf()', () => {
  it('is the body where that is short', () => {
    expect(excerpt('<h1>Bad gateway</h1>\r\n')).toBe('<h1>Bad gateway</h1>\n');
  });

  it('is the first 1,024 characters of a longer one', () => {
    expect(excerpt('x'.repeat(5_000))).toBe('x'.repeat(1_024));
    expect(excerpt('語'.repeat(5_000))).toBe('語'.repeat(1_024));
  });

  it('does not end within a character', () => {
    expect(excerpt(`x${'👩'.repeat(600)}`)).toBe(`x${'👩'.repeat(511)}`);
  });

  it('is nothing of no body', () => {
    expect(excerpt('')).toBeNull();
  });

  it('blots out secrets of the probe', () => {
    expect(excerpt('{"key":"open sesame"}', { secret: 'open sesame' })).toBe('{"key":"[redacted]"}');
  });

  it('blots out a secret that stands across its end', () => {
    const secret = 's'.repeat(100);
    const shown = excerpt(`${'x'.repeat(1_000)}${secret}${'y'.repeat(5_000)}`, { secret })!;
    expect(shown).toBe(`${'x'.repeat(1_000)}[redacted]${'y'.repeat(14)}`);
  });

  it('blots out a secret that is cut off where the body was', () => {
    expect(excerpt(`key: ${'s'.repeat(50)}`, { secret: 's'.repeat(100) })).toBe('key: [redacted]');
  });

  it('replaces controls', () => {
    expect(excerpt('a\x1b[31mred\u202eder')).toBe('a\ufffd[31mred\ufffdder');
  });

  it('reads the charset that the response declares', () => {
    expect(excerpt(Buffer.from([0xe9]), { contentType: 'text/plain; charset=latin1' })).toBe('é');
  });

  it.each([
    ['with a NUL in it', Buffer.from('PK\x03\x04\0\0')],
    ['that is no text in its charset', Buffer.from([0x1f, 0x8b, 0xff, 0xfe, 0xfd, 0x99])],
  ])('tells of content %s only what it is', (_, body) => {
    expect(excerpt(body, { contentType: 'application/zip' })).toBe(
      '(binary content, application/zip, 6 bytes)',
    );
  });

  it('tells when binary content was not read to its end, and when nobody says what it is', () => {
    expect(excerpt(Buffer.alloc(10), { isCut: true })).toBe(
      '(binary content, of no declared type, more than 10 bytes)',
    );
  });

  it('takes text with a broken character for text', () => {
    expect(excerpt(Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9]), Buffer.from(' is closed')]))).toBe(
      'caf\ufffd is closed',
    );
  });
});
