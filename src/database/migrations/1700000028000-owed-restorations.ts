import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of a time without sight that is over, the channels are from now on those that are owed the word that it is: none so far. */
export class OwedRestorations1700000028000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("UPDATE blind_episodes SET channels = '{}' WHERE endedAt IS NOT NULL");
  }

  /** Programs from before look at the channels of one that lasts only. */
  async down(): Promise<void> {}
}
