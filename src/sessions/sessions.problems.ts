import { problem } from '../problems/problem.js';

export const SignInRefused = problem(
  'sign-in-refused',
  401,
  'The e-mail address or the password is not right',
  'No account has this e-mail address together with this password. Which of the two is wrong is not told to anybody.',
  {},
);
export const SignUpClosed = problem(
  'sign-up-closed',
  403,
  'Sign-up is closed',
  'The first account exists, and further ones are made by the operator (`npm run pulse -- user create <email>`), unless the server is run with `SIGN_UP=open`.',
);
