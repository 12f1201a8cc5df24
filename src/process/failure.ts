import { StartError } from '../common/start-error.js';
import { nativeModuleFailure } from '../common/native-module.js';
import { ConfigurationError } from '../config/config.js';

/** What a failure of the whole program comes to: a message for the operator, and an exit code (sysexits.h where it has one). */
export interface Failure {
  readonly message: string;
  readonly exitCode: number;
}

/** Failures the operator can do something about are one message. Any other shows where it happened. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ConfigurationError)
    return { message: error.message, exitCode: ConfigurationError.exitCode };
  const known = error instanceof StartError ? error : nativeModuleFailure(error);
  if (known) return { message: known.message, exitCode: StartError.exitCode };
  return { message: (error instanceof Error && error.stack) || String(error), exitCode: 1 };
}

/** Ends the process at once: what was opened on the way is closed with it. */
export function exitWith({ message, exitCode }: Failure): never {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}
