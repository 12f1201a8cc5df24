import { isCommonPassword } from './common-passwords.js';

/** Whose password it is to be. */
export interface Owner {
  readonly name: string;
  readonly email: string;
}

/** Why a password is refused: a code, and words that follow the name of its member. */
export interface PasswordIssue {
  readonly code: string;
  readonly message: string;
}

/** Passwords that the README or the API document print, or printed once: everybody who reads them knows them. */
const printed = new Set([
  'a difference engine',
  'an analytical engine',
  'correct horse battery staple',
  'bmsrk-reej8-4w9up-czvqx',
  'k7fqm-2xw9c-hhr3e-vbt6a',
  'choose a password of your own',
  'the password of the endpoint',
]);

/** Stands for a password and is none, such as `<password>`. */
const PLACEHOLDER = /^[<{[$].*[>}\]]$|^\$\w+$/;

/** Neighbours on keyboards. */
const ROWS = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
];

const LEAST = 8;

/** Shorter parts of names stand in too many words. */
const LEAST_PART = 4;

/** A word of this server's own, which is guessed here first. */
const OWN_NAME = 'pulseapi';

/** Why nobody may have `password`, counted in code points (NIST SP 800-63B, 3.1.1.2); null where nothing is wrong with it. */
export function passwordIssue(password: string): PasswordIssue | null {
  const text = password.toLowerCase();
  if (isCommonPassword(text))
    return refuse('common-password', 'is one of the most common passwords and would be guessed first');
  if (printed.has(text) || PLACEHOLDER.test(text))
    return refuse(
      'printed-password',
      'is printed in the documentation, where everybody reads it: choose your own',
    );
  const characters = [...text];
  if (period(characters) < LEAST || surprises(characters) * 2 <= characters.length)
    return refuse('predictable-password', 'repeats itself or goes on as everybody expects');
  return null;
}

/** Why `owner` may not have `password`, which others may; null where nothing is wrong with it. */
export function personalIssue(password: string, { name, email }: Owner): PasswordIssue | null {
  const text = lettersOf(password);
  let rest = text;
  for (const part of partsOf(name, email)) rest = rest.replaceAll(part, '');
  if (rest.length === text.length || lengthOf(rest) * 2 >= lengthOf(text)) return null;
  return refuse('personal-password', 'is little more than your name or your e-mail address');
}

const refuse = (code: string, message: string): PasswordIssue => ({ code, message });

const lengthOf = (text: string): number => [...text].length;

const lettersOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** What somebody is called here, long parts first: whole names and addresses, and what these are made of. */
function partsOf(name: string, email: string): string[] {
  const words = [name, email, ...email.split('@')].flatMap((text) => [
    text,
    ...text.split(/[^\p{L}\p{N}]+/u),
  ]);
  const parts = [...words.map(lettersOf), OWN_NAME].filter((part) => lengthOf(part) >= LEAST_PART);
  return [...new Set(parts)].toSorted((one, other) => other.length - one.length);
}

/** The length of the shortest piece that `characters` repeat, the last of them perhaps cut off. */
function period(characters: readonly string[]): number {
  let length = 1;
  while (characters.slice(length).some((character, i) => character !== characters[i])) length += 1;
  return length;
}

/** How many characters do not follow from the two before them: by the alphabet, a row of keys, or as the same again. */
function surprises(characters: readonly string[]): number {
  return characters.filter(
    (character, i) => i < 2 || !follows(characters[i - 2]!, characters[i - 1]!, character),
  ).length;
}

const stepFrom = (one: string, other: string): number => other.codePointAt(0)! - one.codePointAt(0)!;

function follows(one: string, other: string, next: string): boolean {
  const [step, nextStep] = [stepFrom(one, other), stepFrom(other, next)];
  if (Math.abs(step) <= 1 && step === nextStep) return true;
  const run = one + other + next;
  const back = next + other + one;
  return ROWS.some((row) => row.includes(run) || row.includes(back));
}
