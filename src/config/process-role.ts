/** What a process is there for. Also the token to inject it by. */
export abstract class ProcessRole {
  /**
   * Whether it is a server: alone on its data directory, and busy on its own account. A command of the
   * operator is not: it does one thing, beside a server that may be running.
   */
  abstract readonly isServer: boolean;
}

export const server: ProcessRole = { isServer: true };
export const command: ProcessRole = { isServer: false };
