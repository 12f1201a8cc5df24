/** The command line is not one: `EX_USAGE` of sysexits.h. */
export class UsageError extends Error {
  static readonly exitCode = 64;
}

/** What a command does for the operator. It throws where it cannot: the message is for them. */
export interface Command {
  /** Its words, as they are typed. */
  readonly name: string;
  /** What follows them. */
  readonly usage: string;
  readonly description: string;
  /** @param args what follows the name. Returns the lines to print. */
  run(args: string[]): Promise<readonly string[]>;
}
