import { SignUpDto } from '../sessions/sign-in.dto.js';
import { AccountCreation } from '../sessions/account-creation.js';
import { loadConfig } from '../config/config.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import { ValidationPipe } from '../http/validation.pipe.js';
import { ValidationFailed } from '../problems/common.problems.js';
import { grantableRoles } from '../teams/member.dto.js';
import { oneOf, readArguments } from './arguments.js';
import { type Command, UsageError } from './command.js';
import { newPassword } from './new-password.js';
import { withApp } from './with-app.js';

const options = {
  name: { type: 'string' },
  team: { type: 'string' },
  role: { type: 'string' },
  'password-stdin': { type: 'boolean' },
} as const;

/** What a person who signs up must give, checked the same way. Throws `UsageError`. */
function signUp(input: object): SignUpDto {
  try {
    return new ValidationPipe(loadConfig()).transform(input, {
      type: 'body',
      metatype: SignUpDto,
    }) as SignUpDto;
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    const issues = error.extensions['errors'] as ValidationIssue[];
    throw new UsageError(issues.map(({ message }) => message).join(' '));
  }
}

export const userCreateCommand: Command = {
  name: 'user create',
  usage: '<email> [--name <name>] [--team <team-id> --role <role>] [--password-stdin]',
  description: [
    'Make an account, with a first team of its own or, with --team, as a member of that team',
    `alone (--role ${grantableRoles.join(', ')}). The password is the value of PULSE_PASSWORD, or the`,
    'first line of the standard input, or else generated and printed once.',
  ].join('\n'),
  async run(args) {
    const { words, options: given } = readArguments(args, ['<email>'], options);
    if ((given.team === undefined) !== (given.role === undefined))
      throw new UsageError('--team and --role go together');
    const email = words[0]!;
    const join = given.team !== undefined && {
      teamId: given.team,
      role: oneOf('--role', given.role, grantableRoles),
    };
    const password = await newPassword(given['password-stdin'] ?? false);
    const input = signUp({ name: given.name ?? email.split('@')[0], email, password: password.value });
    const { user, team } = await withApp((app) =>
      app.get(AccountCreation).createAccount(input, join || null),
    );
    return [
      `${user.email} has an account (${user.id}) in the team ${team.name} (${team.id}).`,
      ...(password.isGenerated ? [`Password, shown once: ${password.value}`] : []),
    ];
  },
};
