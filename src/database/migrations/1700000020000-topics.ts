import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import { addColumn, dropColumn } from './add-column.js';
import { bigInteger, code, index, nullable } from './table.js';

const columns = [code('topic', 90, nullable), bigInteger('sendingUntil', nullable)];
const byTopic = index('deliveries_topic', 'topic', 'channelId', 'seq');

const TOPIC = dialect === 'mysql' ? "CONCAT(i.ruleId, ':', i.monitorId)" : "i.ruleId || ':' || i.monitorId";

/** What deliveries are about, so that of each topic the newest is the last to arrive, and which are being sent. */
export class Topics1700000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await addColumn(runner, 'deliveries', column);
    await runner.createIndex('deliveries', byTopic);
    await runner.query(
      `UPDATE deliveries SET topic = (SELECT ${TOPIC} FROM incidents i WHERE i.id = deliveries.incidentId)
        WHERE incidentId IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('deliveries', byTopic);
    for (const { name } of columns) await dropColumn(runner, 'deliveries', name);
  }
}
