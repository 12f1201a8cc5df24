import type { Command } from './command.js';
import { mailAllowCommand } from './mail-allow.command.js';
import { migrateCommand } from './migrate.command.js';
import { planCommand } from './plan.command.js';
import { secretsRotateCommand } from './secrets-rotate.command.js';
import { userCreateCommand } from './user-create.command.js';

/** Everything the operator can do from the command line. */
export const commands: readonly Command[] = [
  migrateCommand,
  planCommand,
  userCreateCommand,
  secretsRotateCommand,
  mailAllowCommand,
];
