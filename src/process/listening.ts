import { createServer } from 'node:net';
import { StartError } from '../common/start-error.js';
import type { Config } from '../config/config.js';

/** Why the address cannot be listened on, as one line. */
export const cannotListen = ({ host, port }: Config, error: unknown): StartError =>
  new StartError(`Cannot listen on ${inUrl(host)}:${port}: ${(error as Error).message}`);

/** Tries the address before anything else is touched, so that a start in vain leaves nothing behind. Throws `StartError`. */
export function requireFreePort(config: Config): Promise<void> {
  const { host, port } = config;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(cannotListen(config, error)));
    probe.listen({ host, port }, () => probe.close(() => resolve()));
  });
}

/** Where a person on this machine reaches a server that listens on `host` and `port`. */
export const localOrigin = (host: string, port: number): string =>
  `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : inUrl(host)}:${port}`;

const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);
