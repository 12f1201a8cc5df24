import { expect, it } from '@jest/globals';
import { isCommonPassword } from './common-passwords.js';
import { generatePassword } from './generated-password.js';

it('generates passwords that can be typed and that nobody has', () => {
  const passwords = Array.from({ length: 1_000 }, generatePassword);
  expect(new Set(passwords).size).toBe(1_000);
  for (const password of passwords) {
    expect(password).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
    expect(isCommonPassword(password)).toBe(false);
  }
});
