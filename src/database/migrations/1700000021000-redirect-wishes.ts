import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `followRedirects` was false wherever a redirection is expected, whatever callers had wished. From now on it
 * holds the wish, and what was never asked for is the default again.
 */
export class RedirectWishes1700000021000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE monitors SET followRedirects = 1 WHERE expectedStatus BETWEEN 300 AND 399');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE monitors SET followRedirects = 0 WHERE expectedStatus BETWEEN 300 AND 399');
  }
}
