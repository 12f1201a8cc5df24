import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command.js';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads exactly `names.length` words, and of the options only those named. Throws `UsageError`. */
export function readArguments<const O extends Options>(args: string[], names: readonly string[], options: O) {
  const { values, positionals } = parse(args, options);
  const missing = names[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const excess = positionals[names.length];
  if (excess !== undefined) throw new UsageError(`${JSON.stringify(excess)} is too much`);
  return { words: positionals, options: values };
}

function parse<const O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(/\.\s/, 1)[0]);
  }
}

/** `value` as one of `choices`. Throws `UsageError`. */
export function oneOf<T extends string>(name: string, value: string | undefined, choices: readonly T[]): T {
  const choice = choices.find((each) => each === value);
  if (choice === undefined) throw new UsageError(`${name} must be one of ${choices.join(', ')}`);
  return choice;
}
