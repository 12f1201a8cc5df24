// A database for one measurement: a directory for SQLite, or one of its own on the server of DATABASE_URL.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';

const APP_SECRET = 'a master secret for benchmarks, 32+ characters';

/** `hold` keeps everybody else from writing for some milliseconds. */
export async function freshDatabase(directory) {
  const dataDir = mkdtempSync(join(directory, 'data-'));
  const env = { DATA_DIR: dataDir, APP_SECRET };
  if (!process.env.DATABASE_URL) return { env, hold: holdSqlite(dataDir), drop: async () => {} };

  const url = new URL(process.env.DATABASE_URL);
  const { hostname: host, port, username: user, password } = url;
  const name = `pulse_bench_${process.pid}_${Date.now()}`;
  url.pathname = `/${name}`;
  const connect = () => createConnection({ host, port: Number(port || 3306), user, password });
  const connection = await connect();
  await connection.query(`CREATE DATABASE ${name}`);
  return {
    env: { ...env, DATABASE_URL: url.href },
    hold: async (milliseconds) => {
      const holder = await connect();
      await holder.query(`USE ${name}`);
      await holder.query(
        'LOCK TABLES shard_leases WRITE, checks WRITE, check_rollups WRITE, monitor_states WRITE',
      );
      await wait(milliseconds);
      await holder.end();
    },
    drop: async () => {
      await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
    },
  };
}

const holdSqlite = (dataDir) => async (milliseconds) => {
  const database = new Sqlite(join(dataDir, 'pulse.sqlite'), { timeout: 10_000 });
  database.exec('BEGIN IMMEDIATE');
  await wait(milliseconds);
  database.exec('ROLLBACK');
  database.close();
};
