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

async function run(source: DataSource): Promise<string[]> {
  refuseUnknown(source, await appliedTo(source));
  return (await source.runMigrations()).map(({ name }) => name);
}

/** Whether the schema is older than this program. Changes nothing. Throws `StartError` where it is newer. */
export async function isOutdated(source: DataSource): Promise<boolean> {
  const applied = await appliedTo(source);
  refuseUnknown(source, applied);
  return applied.length < source.migrations.length;
}

/** The names of the migrations that ran, oldest first. */
async function appliedTo(source: DataSource): Promise<string[]> {
  if (!(await hasTable(source, 'migrations'))) return [];
  const rows = await source.query<Array<{ name: string }>>('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => name);
}

/** What another version made of the database, this one does not understand, and would answer with failures. */
function refuseUnknown({ migrations }: DataSource, applied: readonly string[]): void {
  const known = new Set(migrations.map((migration) => migration.name ?? migration.constructor.name));
  const unknown = applied.findLast((name) => !known.has(name));
  if (unknown !== undefined)
    throw new StartError(
      `The database was made by another version of PulseAPI: this one does not know its migration ${unknown}. Start that version, or restore a backup that fits.`,
    );
}

export async function hasTable(source: DataSource, name: string): Promise<boolean> {
  const runner = source.createQueryRunner();
  try {
    return await runner.hasTable(name);
  } finally {
    await runner.release();
  }
}
