import { Problem } from '../problems/problem.js';
import { type Failure, failureOf } from '../process/failure.js';
import { type Command, UsageError } from './command.js';
import { commands } from './commands.js';
import { help } from './help.js';

/** Carries out what `args` say. Returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    print(process.stdout, isForHelp(args) ? help() : await dispatch(args));
    return 0;
  } catch (error) {
    const { message, exitCode } = failure(error);
    print(process.stderr, [message]);
    return exitCode;
  }
}

const isForHelp = (args: readonly string[]): boolean =>
  args[0] === 'help' || args.includes('--help') || args.includes('-h');

function dispatch(args: string[]): Promise<readonly string[]> {
  if (args.length === 0) throw new UsageError('Name a command');
  const command = commands.find((each) => wordsOf(each).every((word, i) => args[i] === word));
  if (!command) throw new UsageError(`There is no command ${JSON.stringify(args.join(' '))}`);
  return command.run(args.slice(wordsOf(command).length));
}

const wordsOf = ({ name }: Command): string[] => name.split(' ');

function failure(error: unknown): Failure {
  if (error instanceof UsageError)
    return {
      message: `${error.message.replace(/\.$/, '')}. See: npm run pulse -- --help`,
      exitCode: UsageError.exitCode,
    };
  if (error instanceof Problem) return { message: error.detail, exitCode: 1 };
  return failureOf(error);
}

const print = (stream: NodeJS.WriteStream, lines: readonly string[]): void => {
  stream.write(`${lines.join('\n')}\n`);
};
