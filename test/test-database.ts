import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';

/** Where a test keeps its data: gone when it is over. */
export interface TestDatabase {
  /** The environment of a server that uses it. */
  readonly env: Record<string, string>;
  drop(): Promise<void>;
}

const SECRET = 'a master secret for tests, 32+ characters';

/** A fresh database: a directory for SQLite, or a database of its own on the server of `DATABASE_URL`. */
export async function newTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'pulseapi-test-'));
  const removeDirectory = () => rm(dataDir, { recursive: true, force: true });
  const server = process.env['DATABASE_URL'];
  if (!server) return { env: { DATA_DIR: dataDir, APP_SECRET: SECRET }, drop: removeDirectory };

  const url = new URL(server);
  url.pathname = `/pulse_test_${randomBytes(6).toString('hex')}`;
  const name = url.pathname.slice(1);
  await execute(server, `CREATE DATABASE ${name}`);
  return {
    env: { DATA_DIR: dataDir, APP_SECRET: SECRET, DATABASE_URL: url.href },
    drop: async () => {
      await execute(server, `DROP DATABASE ${name}`);
      await removeDirectory();
    },
  };
}

async function execute(server: string, statement: string): Promise<void> {
  const { hostname: host, port, username, password } = new URL(server);
  const connection = await createConnection({
    host,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  });
  await connection.query(statement);
  await connection.end();
}
