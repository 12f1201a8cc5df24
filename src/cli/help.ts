import { commands } from './commands.js';

const INDENT = '      ';

export const help = (): readonly string[] => [
  'npm run pulse -- <command>',
  '',
  ...commands.flatMap(({ name, usage, description }) => [
    `  ${name} ${usage}`.trimEnd(),
    ...description.split('\n').map((line) => INDENT + line),
    '',
  ]),
  'Configuration comes from the environment, as for the server.',
  'Exit codes: 0 done, 64 wrong usage, 78 wrong configuration, 1 anything else.',
];
