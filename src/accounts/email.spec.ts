import { describe, expect, it } from '@jest/globals';
import { emailKey, isEmailAddress } from './email.js';

describe('emailKey()', () => {
  it.each([
    ['in case', 'Ada@Example.com', 'ada@example.COM'],
    ['in how its domain is written', 'u@b\u00fccher.example', 'u@xn--bcher-kva.example'],
    ['in how an accent is written', 'u@bu\u0308cher.example', 'u@XN--BCHER-KVA.example'],
  ])('is the same of addresses that differ %s', (_, one, other) => {
    expect(emailKey(one)).toBe(emailKey(other));
  });

  it('keeps the part before the at sign, whose meaning is its server\u2019s business', () => {
    expect(emailKey('\u00fc.a+b@example.com')).toBe('\u00fc.a+b@example.com');
  });
});

describe('isEmailAddress()', () => {
  it.each([
    'a@localhost',
    'ops@intranet',
    'u@xn--bcher-kva.example',
    'u@b\u00fccher.example',
    'a.b+c@example.co.uk',
  ])('takes %s', (address) => {
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each([
    'a',
    'a@',
    '@localhost',
    'a@b@c',
    'a@127.0.0.1',
    'a@[127.0.0.1]',
    'a@1',
    'a@0x7f',
    'a@-b',
    'a b@localhost',
    'h@xn--a.example',
    'h@XN--A.example',
    'h@mail.xn--zzzzzzzz9.example',
    5,
  ])('refuses %s', (address) => {
    expect(isEmailAddress(address)).toBe(false);
  });
});
