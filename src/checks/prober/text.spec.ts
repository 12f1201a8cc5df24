import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { beginning, decode, printable, shorten } from './text.js';

describe('decode()', () => {
  it.each<[string, number[], string | undefined, string]>([
    ['UTF-8 where nothing is said', [0xc3, 0xa9], undefined, 'é'],
    ['UTF-8 where it is said', [0xc3, 0xa9], 'text/plain; charset=UTF-8', 'é'],
    ['Latin-1', [0xe9], 'text/plain; charset=iso-8859-1', 'é'],
    ['a charset in quotes', [0xe9], 'text/plain;charset="latin1"; x=y', 'é'],
    ['a charset behind another parameter', [0xe9], 'text/html; level=1; Charset=windows-1252', 'é'],
    ['UTF-16', [0xe9, 0x00], 'text/plain; charset=utf-16le', 'é'],
    ['UTF-8 where nobody knows the charset', [0xc3, 0xa9], 'text/plain; charset=klingon', 'é'],
    ['a charset in single quotes', [0xe9], "text/plain; charset='latin1'", 'é'],
    ['JSON as UTF-8 whatever its charset', [0xc3, 0xa9], 'application/json; charset=iso-8859-1', 'é'],
    ['JSON of another type as UTF-8', [0xc3, 0xa9], 'application/problem+json;charset=latin1', 'é'],
    ['by its byte order mark first', [0xff, 0xfe, 0xe9, 0x00], 'text/plain; charset=utf-8', 'é'],
    ['UTF-16 of the other order by its mark', [0xfe, 0xff, 0x00, 0xe9], undefined, 'é'],
    ['without the byte order mark', [0xef, 0xbb, 0xbf, 0x7b], 'application/json', '{'],
  ])('reads %s', (_, bytes, contentType, text) => {
    expect(decode(Buffer.from(bytes), contentType)).toBe(text);
  });

  it.each([
    ['text/html', '<html><head><meta charset="windows-1251">'],
    ['text/html', "<META Charset='koi8-r'>"],
    ['text/html', '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">'],
    ['application/xml', '<?xml version="1.0" encoding="iso-8859-2"?>'],
    ['application/rss+xml', "<?xml version='1.0' encoding='windows-1252' ?>"],
    ['text/html', '<?xml version="1.0" encoding="euc-kr"?><html>'],
    ['', '<!doctype html><meta charset=gbk>'],
  ])('reads the charset that a document of %j declares: %s', (contentType, beginning) => {
    const bytes = Buffer.concat([Buffer.from(beginning), Buffer.from([0xc4, 0xe3])]);
    const label = /(?:charset|encoding)=["']?([\w-]+)/i.exec(beginning)![1]!;
    expect(decode(bytes, contentType)).toBe(beginning + new TextDecoder(label).decode(bytes.subarray(-2)));
  });

  it.each([
    ['text/html; charset=utf-8', '<meta charset="windows-1251">'],
    ['text/plain', '<meta charset="windows-1251">'],
    ['text/html', '<meta charset="utf-16">'],
    ['application/xml', '<x><meta charset="windows-1251"/>'],
    ['text/html', `${' '.repeat(1_024)}<meta charset="windows-1251">`],
  ])('does not read what stands in %j: %s', (contentType, beginning) => {
    expect(decode(Buffer.from(`${beginning}é`), contentType)).toBe(`${beginning}é`);
  });

  it('marks what is not in the charset', () => {
    expect(decode(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
  });
});

describe('printable()', () => {
  it('keeps line breaks and tabs', () => {
    expect(printable('a\r\nb\n\tc')).toBe('a\nb\n\tc');
  });

  it.each(['\0', '\x1b', '\x7f', '\x9b', '\r', '\u202e', '\u2066', '\ud800'])('replaces %j', (control) => {
    expect(printable(`a${control}b`)).toBe('a\ufffdb');
  });

  it('keeps letters of all writings', () => {
    expect(printable('grün שלום 日本 👩‍🚀')).toBe('grün שלום 日本 👩‍🚀');
  });
});

describe('shorten() and beginning()', () => {
  it('leave alone what is short enough', () => {
    expect(shorten('abc', 3)).toBe('abc');
    expect(beginning('abc', 3)).toBe('abc');
  });

  it('cut what is longer', () => {
    expect(shorten('abcd', 3)).toBe('ab…');
    expect(beginning('abcd', 3)).toBe('abc');
  });

  it('never halve a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        for (const cut of [shorten(text, most), beginning(text, most)]) {
          expect(cut.length).toBeLessThanOrEqual(most);
          expect(cut).not.toMatch(/\p{Cs}/u);
        }
      }),
    );
  });
});
