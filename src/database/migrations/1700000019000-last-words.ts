import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';
import { bigInteger, boolean, code, index, nullable } from './table.js';

const columns = [
  code('lastWord', 10, nullable),
  bigInteger('lastToldAt', nullable),
  { ...boolean('settled'), ...nullable },
  code('resolution', 20, nullable),
  bigInteger('goodSince', nullable),
];

const indexes = [
  index('incidents_ruleId_settled', 'ruleId', 'settled'),
  index('incidents_monitorId_settled', 'monitorId', 'settled'),
];

/** What channels take each incident for, and whether they are owed a word. */
export class LastWords1700000019000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await addColumn(runner, 'incidents', column);
    for (const each of indexes) await runner.createIndex('incidents', each);
    // What was reopened in a cooldown was told to nobody: to its channels it is over.
    await runner.query(
      `UPDATE incidents SET lastWord = CASE WHEN status = 'resolved' OR toldChannelIds IS NULL THEN 'good' ELSE 'failing' END,
         lastToldAt = COALESCE(resolvedAt, lastOpenedAt), settled = CASE WHEN status = 'resolved' THEN 1 ELSE 0 END,
         resolution = CASE WHEN autoResolvedAt IS NOT NULL THEN 'recovered' WHEN resolvedById IS NOT NULL THEN 'person' END`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of indexes) await runner.dropIndex('incidents', each);
    for (const { name } of columns) await dropColumn(runner, 'incidents', name);
  }
}
