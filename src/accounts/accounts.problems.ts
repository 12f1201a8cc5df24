import { problem } from '../problems/problem.js';

export const EmailTaken = problem(
  'email-taken',
  409,
  'The e-mail address cannot be used',
  'An account with this e-mail address cannot be created. If it is yours, sign in.',
);
export const PasswordWrong = problem(
  'password-wrong',
  403,
  'The current password is not right',
  'A password is changed by whoever knows it: send the one you sign in with now as `currentPassword`.',
);
