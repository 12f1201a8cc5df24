import type { Config } from './config.js';

/** What a process is there for. Also the token to inject it by. */
export abstract class ProcessRole {
  /**
   * Whether it is a server: alone on its data directory, and busy on its own account. A command of the
   * operator is not: it does one thing, beside a server that may be running.
   */
  abstract readonly isServer: boolean;
  /** Whether it makes the checks of monitors by itself, and sends what follows from them. */
  abstract readonly isWorker: boolean;
  /** Whether it answers the API, beside health and metrics. */
  abstract readonly servesApi: boolean;
}

export const command: ProcessRole = { isServer: false, isWorker: false, servesApi: false };

/** The role of a server that was configured so. */
export const serverOf = ({ role }: Pick<Config, 'role'>): ProcessRole => ({
  isServer: true,
  isWorker: role !== 'api',
  servesApi: role !== 'worker',
});
