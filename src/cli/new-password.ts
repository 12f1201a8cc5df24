import { text } from 'node:stream/consumers';
import { generatePassword } from '../accounts/generated-password.js';
import { givenPassword } from '../config/given-password.js';

/** A password to set, and whether the operator has yet to see it. */
export interface NewPassword {
  readonly value: string;
  readonly isGenerated: boolean;
}

/** The first line of standard input, the value of `PULSE_PASSWORD`, or one nobody guesses. */
export async function newPassword(fromStdin: boolean): Promise<NewPassword> {
  const given = fromStdin ? (await text(process.stdin)).split(/\r?\n/, 1)[0]! : givenPassword();
  return given === null
    ? { value: generatePassword(), isGenerated: true }
    : { value: given, isGenerated: false };
}
