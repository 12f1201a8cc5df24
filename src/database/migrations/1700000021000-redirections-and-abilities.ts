import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A list of JSON text without one of its entries. */
const without = (column: string, entry: string): string =>
  [`,${entry}`, `${entry},`, entry].reduce((text, each) => `REPLACE(${text}, '${each}', '')`, column);

/**
 * `followRedirects` was false wherever a redirection is expected, whatever callers had wished. From now on it
 * holds the wish, and what was never asked for is the default again. And keys hold no `audit:export`, which
 * no operation ever asked for.
 */
export class RedirectionsAndAbilities1700000021000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE monitors SET followRedirects = 1 WHERE expectedStatus BETWEEN 300 AND 399');
    await runner.query(
      `UPDATE api_keys SET abilities = ${without('abilities', '"audit:export"')} WHERE abilities LIKE '%"audit:export"%'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE monitors SET followRedirects = 0 WHERE expectedStatus BETWEEN 300 AND 399');
  }
}
