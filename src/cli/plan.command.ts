import { Plan } from '../auth/plan.js';
import { systemActor } from '../auth/principal.js';
import { TeamsService } from '../teams/teams.service.js';
import { oneOf, readArguments } from './arguments.js';
import type { Command } from './command.js';
import { withApp } from './with-app.js';

export const planCommand: Command = {
  name: 'plan',
  usage: '<team-id> <plan>',
  description: `Put a team on another plan: ${Object.values(Plan).join(', ')}.`,
  async run(args) {
    const { words } = readArguments(args, ['<team-id>', '<plan>'], {});
    const plan = oneOf('<plan>', words[1], Object.values(Plan));
    const team = await withApp((app) => app.get(TeamsService).changePlan(systemActor(null), words[0]!, plan));
    return [`The team ${team.name} (${team.id}) is on the plan ${team.plan}.`];
  },
};
