import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigInteger, id, index, integer, json, nullable, ref, references, table, unique } from './table.js';

const episodes = table(
  'blind_episodes',
  [
    id(),
    ref('teamId'),
    ref('openKey', nullable),
    bigInteger('startedAt'),
    bigInteger('clearSince', nullable),
    integer('settleMs'),
    bigInteger('endedAt', nullable),
    json('channels'),
  ],
  [
    unique('blind_episodes_openKey', 'openKey'),
    index('blind_episodes_teamId', 'teamId', 'endedAt'),
    index('blind_episodes_endedAt', 'endedAt'),
    references('blind_episodes_team', 'teamId', 'teams'),
  ],
);

/** When targets of a team could not be seen, and who was told. */
export class BlindEpisodes1700000018000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(episodes);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(episodes);
  }
}
