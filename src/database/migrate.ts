import type { DataSource } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { StartError } from '../common/start-error.js';

const LOCK_WAIT_SECONDS = 60;

/** Brings the schema up to date. Two processes that start together take turns. Returns the names of the migrations that ran. */
export async function migrate(source: DataSource): Promise<string[]> {
  if (dialect === 'sqlite') return run(source);
  const runner = source.createQueryRunner();
  try {
    const [row] = await runner.query(`SELECT GET_LOCK(CONCAT('pulseapi:', DATABASE()), ?) AS locked`, [
      LOCK_WAIT_SECONDS,
    ]);
    if (Number(row.locked) !== 1)
      throw new StartError('Another process has been migrating the database for a minute');
    return await run(source);
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(CONCAT('pulseapi:', DATABASE()))`);
    await runner.release();
  }
}

const run = async (source: DataSource): Promise<string[]> =>
  (await source.runMigrations()).map(({ name }) => name);

/** Whether the schema is older than this program. Changes nothing. */
export async function isOutdated(source: DataSource): Promise<boolean> {
  if (!(await hasTable(source, 'migrations'))) return true;
  const [row] = await source.query<Array<{ applied: number | string }>>(
    'SELECT COUNT(*) AS applied FROM migrations',
  );
  return Number(row!.applied) < source.migrations.length;
}

export async function hasTable(source: DataSource, name: string): Promise<boolean> {
  const runner = source.createQueryRunner();
  try {
    return await runner.hasTable(name);
  } finally {
    await runner.release();
  }
}
