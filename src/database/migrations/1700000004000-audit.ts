import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Logger } from '@nestjs/common';
import { dialect } from '../../config/dialect.js';
import { code, index, instant, longText, nullable, ref, sequence, table, text, unique } from './table.js';

const events = table(
  'audit_events',
  [
    sequence('seq'),
    ref('id'),
    ref('teamId', nullable),
    instant('at'),
    code('action', 60),
    code('outcome', 10),
    code('actorType', 10),
    ref('actorId', nullable),
    text('actorName', 100, nullable),
    ref('viaKeyId', nullable),
    text('viaKeyName', 80, nullable),
    code('targetType', 20, nullable),
    ref('targetId', nullable),
    text('targetName', 120, nullable),
    longText('changes'),
    code('requestId', 64, nullable),
    code('ip', 45, nullable),
    text('userAgent', 255, nullable),
    code('method', 10, nullable),
    code('route', 120, nullable),
  ],
  [
    unique('audit_events_id', 'id'),
    index('audit_events_teamId', 'teamId', 'seq'),
    index('audit_events_teamId_at', 'teamId', 'at'),
    index('audit_events_teamId_action', 'teamId', 'action', 'seq'),
    index('audit_events_teamId_outcome', 'teamId', 'outcome', 'seq'),
    index('audit_events_teamId_actorId', 'teamId', 'actorId', 'seq'),
    index('audit_events_teamId_viaKeyId', 'teamId', 'viaKeyId', 'seq'),
    index('audit_events_teamId_targetId', 'teamId', 'targetId', 'seq'),
    index('audit_events_teamId_ip', 'teamId', 'ip', 'seq'),
  ],
);

const idempotency = table(
  'idempotency_records',
  [
    { ...code('digest', 64), isPrimary: true },
    code('requestDigest', 64),
    ref('claim'),
    instant('claimedAt'),
    instant('committedAt', nullable),
    longText('answer', nullable),
    instant('answerExpiresAt', nullable),
    instant('expiresAt'),
  ],
  [
    index('idempotency_records_expiresAt', 'expiresAt'),
    index('idempotency_records_answerExpiresAt', 'answerExpiresAt'),
  ],
);

const refusal = 'The audit log is append-only';

/**
 * Lets the database itself refuse to change or delete events. MySQL may not let an ordinary account create
 * triggers while the binary log is on (error 1419): the log is then protected by the program alone.
 */
async function makeAppendOnly(runner: QueryRunner, operation: 'UPDATE' | 'DELETE'): Promise<void> {
  const head = `CREATE TRIGGER audit_events_no_${operation.toLowerCase()} BEFORE ${operation} ON audit_events FOR EACH ROW`;
  try {
    await runner.query(
      dialect === 'sqlite'
        ? `${head} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`
        : `${head} SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${refusal}'`,
    );
  } catch (error) {
    if ((error as { errno?: number }).errno !== 1419) throw error;
    new Logger('Migrations').warn(
      'The database does not let this account create triggers (error 1419): nothing but the program keeps the audit log append-only.',
    );
  }
}

/**
 * The audit log, and the answers kept for safe retries.
 *
 * Nothing refers to anything here: the log outlives what it tells of. It counts up in a sequence, so that
 * its order does not depend on clocks.
 */
export class Audit1700000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(events);
    await runner.createTable(idempotency);
    await makeAppendOnly(runner, 'UPDATE');
    await makeAppendOnly(runner, 'DELETE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(idempotency);
    await runner.dropTable(events);
  }
}
