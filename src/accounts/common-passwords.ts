import { dictionary } from '@zxcvbn-ts/language-common';

/** About 49,000 passwords that were seen most often in breaches, in lower case (ASVS 6.2.4 asks for 3,000). */
const common = new Set<string>(dictionary['passwords-common'] as string[]);

/** Whether a password is among those that are guessed first. Case does not make it better. */
export const isCommonPassword = (password: string): boolean => common.has(password.toLowerCase());
