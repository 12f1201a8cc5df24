import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { StartError } from '../common/start-error.js';
import type { Config } from '../config/config.js';

/** Why the address cannot be listened on, as one line. */
export const cannotListen = ({ host, port }: Config, error: unknown): StartError =>
  new StartError(`Cannot listen on ${inUrl(host)}:${port}: ${(error as Error).message}`);

/**
 * Tries the address before anything else is touched, so that a start in vain leaves nothing behind. Does not
 * listen on the port itself: a caller could come in that moment, and would be turned away. Throws `StartError`.
 */
export async function requireFreePort(config: Config): Promise<void> {
  try {
    await requireAddress(config.host);
  } catch (error) {
    throw cannotListen(config, error);
  }
  if (await isTaken(config)) throw cannotListen(config, new Error('the port is taken'));
}

async function requireAddress(host: string): Promise<void> {
  const probe = createServer().listen({ host, port: 0 });
  await once(probe, 'listening');
  probe.close();
}

async function isTaken({ host, port }: Config): Promise<boolean> {
  if (port === 0) return false;
  const probe = connect({ host: loopbackFor[host] ?? host, port });
  try {
    await once(probe, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    probe.destroy();
  }
}

const loopbackFor: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Where a person on this machine reaches a server that listens on `host` and `port`. */
export const localOrigin = (host: string, port: number): string =>
  `http://${host in loopbackFor ? 'localhost' : inUrl(host)}:${port}`;

const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);
