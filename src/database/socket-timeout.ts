import type { Socket } from 'node:net';
import type { DataSource } from 'typeorm';
import { STATEMENT_TIMEOUT_MS } from './deadline.js';
import { mysqlPoolOf, socketOf } from './typeorm-internals.js';

/**
 * Ends a connection on which MySQL or MariaDB says nothing for the time a statement may take: what waits on
 * it fails as unavailable. The connections nobody uses then end with it and are opened again when needed: a
 * network that has lost one without a word has mostly lost all, and each would cost a request that time.
 */
export function endSilentConnections(source: DataSource): void {
  const pool = mysqlPoolOf(source)!;
  const idle = new Set<Socket>();
  const watched = new WeakSet<Socket>();
  const watch = (stream: Socket): void => {
    watched.add(stream);
    stream.on('close', () => idle.delete(stream));
    stream.on('timeout', () => {
      for (const each of [stream, ...idle]) each.destroy();
    });
  };
  pool.on('acquire', (connection) => {
    const stream = socketOf(connection);
    idle.delete(stream);
    stream.setTimeout(STATEMENT_TIMEOUT_MS);
    if (!watched.has(stream)) watch(stream);
  });
  pool.on('release', (connection) => {
    const stream = socketOf(connection);
    idle.add(stream);
    stream.setTimeout(0);
  });
}
