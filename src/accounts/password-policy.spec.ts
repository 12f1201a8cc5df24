import { describe, expect, it } from '@jest/globals';
import { generatePassword } from './generated-password.js';
import { passwordIssue, personalIssue } from './password-policy.js';

const ada = { name: 'Ada Lovelace', email: 'ada.king@bletchley.example' };

describe('passwordIssue()', () => {
  it.each([
    ['common-password', ['password123', 'iloveyou', 'Qwertyuiop']],
    ['printed-password', ['a difference engine', 'An Analytical Engine', '<your password>', '$PASSWORD']],
    ['predictable-password', ['xyxyxyxyxy', 'hat!hat!hat!', 'zebrazebr', 'kkkkwwww', '?'.repeat(40)]],
    [
      'predictable-password',
      ['\u{1f989}\u{1f9c3}\u{1f3ba}\u{1f6b2}'.repeat(2), '\u{1f989}\u{1f989}'.repeat(4)],
    ],
    ['predictable-password', ['bcdefghijkm', '67890poiuyt', 'lkjhgfdsa!', 'efgh5678', 'mnopqrst1']],
  ])('finds %s in %j', (code, passwords) => {
    expect(passwords.map((password) => passwordIssue(password)?.code)).toEqual(passwords.map(() => code));
  });

  it.each([
    'seven grey pigeons nap',
    'tr0ub4dor&3',
    'vier kleine Enten',
    '\u0431\u0430\u0431\u0443\u0448\u043a\u0430 \u043f\u0438\u0440\u043e\u0433',
    'abcd efgh lunch',
    'zebra crossing zebra crossing',
    '\u{1f989}\u{1f9c3}\u{1f3ba}\u{1f6b2}\u{1f33b}\u{1f9e6}\u{1f40c}\u{1f4ce}',
  ])('finds nothing in %s', (password) => {
    expect(passwordIssue(password)).toBe(null);
  });

  it('finds nothing in passwords that were generated', () => {
    for (let i = 0; i < 500; i += 1) {
      const password = generatePassword();
      expect([password, passwordIssue(password)]).toEqual([password, null]);
    }
  });
});

describe('personalIssue()', () => {
  it.each([
    'adalovelace',
    'Ada Lovelace',
    'Lovelace1815',
    'lovelace!',
    'ada.king@bletchley.example',
    'bletchley1',
    'Lovelace-Lovelace',
    'pulseapi-1',
    'L.o.v.e.l.a.c.e',
  ])('finds what its owner is called in %s', (password) => {
    expect(personalIssue(password, ada)?.code).toBe('personal-password');
  });

  it.each(['seven grey pigeons nap', 'lovelace had 7 grey pigeons', 'adaptable hats', '!!!!!!!!'])(
    'finds nothing in %s',
    (password) => {
      expect(personalIssue(password, ada)).toBe(null);
    },
  );
});
