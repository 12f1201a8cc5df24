/** Why the program cannot start: one line for the operator, who can do something about it. */
export class StartError extends Error {
  static readonly exitCode = 1;
}
