import { describe, expect, it } from '@jest/globals';
import ipaddr from 'ipaddr.js';
import { storedUrl, urlIssues } from './target-url.js';

const codes = (url: unknown, ...allow: string[]) =>
  urlIssues(
    url,
    allow.map((network) => ipaddr.parseCIDR(network)),
  ).map(({ code }) => code);

describe('urlIssues()', () => {
  it.each([
    'https://example.com',
    'http://example.com:8080/a/b?c=d&e=f@g',
    'HTTPS://EXAMPLE.COM/',
    'https://example.com/@user',
    'https://bücher.example/ä',
    'http://[2606:4700:4700::1111]/',
  ])('takes %s', (url) => {
    expect(codes(url)).toEqual([]);
  });

  it.each([
    '',
    'example.com',
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http:example.com',
    'http:/example.com',
    'http:\\\\example.com',
    'http://',
    'http://exa mple.com',
    ' https://example.com',
    'https://example.com/a\nb',
    'https://example.com/\u0000',
    'http://256.1.1.1/',
    'http://example.com:99999/',
    'http://[::1%25eth0]/',
  ])('refuses %j', (url) => {
    expect(codes(url)).toEqual(['url']);
  });

  it.each([
    'https://user@example.com',
    'https://user:password@example.com',
    'https://@example.com',
    'https://:@example.com',
  ])('refuses the user in %s', (url) => {
    expect(codes(url)).toEqual(['user-info']);
  });

  it('refuses an inner address, unless the operator allows it', () => {
    expect(codes('http://0x7f.1:8080/')).toEqual(['address-not-allowed']);
    expect(codes('http://0x7f.1:8080/', '127.0.0.0/8')).toEqual([]);
  });

  it('counts the length in ASCII', () => {
    expect(codes(`https://example.com/${'a'.repeat(1_980)}`)).toEqual([]);
    expect(codes(`https://example.com/${'ä'.repeat(400)}`)).toEqual(['max-length']);
  });
});

describe('storedUrl()', () => {
  it('keeps a URL as it was written', () => {
    expect(storedUrl('HTTPS://Example.com')).toBe('HTTPS://Example.com');
  });

  it('writes other scripts in ASCII', () => {
    expect(storedUrl('https://bücher.example/ä')).toBe('https://xn--bcher-kva.example/%C3%A4');
  });
});
