import { randomInt } from 'node:crypto';

/** Lower case and digits without those that look alike: easy to type, and to read to somebody. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

const group = (): string =>
  Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]!).join('');

/** A password nobody guesses (99 bits) and anybody can type: `k7fqm-2xw9c-hhr3e-vbt6a`. */
export const generatePassword = (): string => Array.from({ length: GROUPS }, group).join('-');
