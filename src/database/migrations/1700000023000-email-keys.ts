import { domainToASCII } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Row {
  readonly id: string;
  readonly emailKey: string;
}

/** The key with its domain in ASCII. */
function inAscii(key: string): string {
  const begin = key.lastIndexOf('@') + 1;
  return key.slice(0, begin) + (domainToASCII(key.slice(begin)) || key.slice(begin));
}

/**
 * Internationalised domains in e-mail keys become ASCII, so that such an address and its Punycode are one. Where
 * both have an account already, both keep their keys, and each goes on signing in as it is written.
 */
export class EmailKeys1700000023000 implements MigrationInterface {
  readonly name = 'EmailKeys1700000023000';

  async up(runner: QueryRunner): Promise<void> {
    const rows = (await runner.query('SELECT id, emailKey FROM users')) as Row[];
    const taken = new Set(rows.map(({ emailKey }) => emailKey));
    for (const { id, emailKey } of rows) {
      const key = inAscii(emailKey);
      if (taken.has(key)) continue;
      taken.add(key);
      await runner.query('UPDATE users SET emailKey = ? WHERE id = ?', [key, id]);
    }
  }

  /** Which of them had been written in ASCII is not known any more, and both forms find an account. */
  async down(): Promise<void> {}
}
