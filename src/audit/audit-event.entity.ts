import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { withoutTokens } from '../crypto/token.js';
import {
  TimestampColumn,
  JsonColumn,
  LongTextColumn,
  ForeignIdColumn,
  TextColumn,
} from '../database/columns.js';
import type { AuditAction, TargetType } from './audit-action.js';

export type AuditOutcome = 'success' | 'denied' | 'failed';

/** What callers gave, or named, may hold a token: the log is for more eyes than that is meant for. */
const withoutTokensIn = {
  to: (text: string | null) => text && withoutTokens(text),
  from: (text: string | null) => text,
};
const GivenText = (length: number) => TextColumn(length, { nullable: true, transformer: withoutTokensIn });

/** One line of the audit log. Written once, never changed: the database itself refuses it. */
@Entity('audit_events')
@Index('audit_events_id', ['id'], { unique: true })
@Index('audit_events_teamId_seq', ['teamId', 'seq', 'at'])
@Index('audit_events_teamId_at', ['teamId', 'at'])
@Index('audit_events_teamId_action', ['teamId', 'action', 'seq'])
@Index('audit_events_teamId_outcome', ['teamId', 'outcome', 'seq'])
@Index('audit_events_teamId_actorId', ['teamId', 'actorId', 'seq'])
@Index('audit_events_teamId_viaKeyId', ['teamId', 'viaKeyId', 'seq'])
@Index('audit_events_teamId_targetId', ['teamId', 'targetId', 'seq'])
@Index('audit_events_teamId_ip', ['teamId', 'ip', 'seq'])
export class AuditEvent {
  /** The order of the log, counted by the database so that no clock can disturb it. */
  @PrimaryGeneratedColumn('increment', { type: dialect === 'sqlite' ? 'integer' : 'bigint' }) seq: number;
  @ForeignIdColumn() id: string;
  /** Null for what happens outside any team, such as a failed sign-in to an account that is not there. */
  @ForeignIdColumn({ nullable: true }) teamId: string | null;
  @TimestampColumn() at: Date;
  @TextColumn(60) action: AuditAction;
  @TextColumn(10) outcome: AuditOutcome;
  @TextColumn(10) actorType: 'user' | 'api-key' | 'system' | 'anonymous';
  @ForeignIdColumn({ nullable: true }) actorId: string | null;
  @GivenText(100) actorName: string | null;
  @ForeignIdColumn({ nullable: true }) viaKeyId: string | null;
  @GivenText(80) viaKeyName: string | null;
  @TextColumn(20, { nullable: true }) targetType: TargetType | null;
  @ForeignIdColumn({ nullable: true }) targetId: string | null;
  @GivenText(120) targetName: string | null;
  @LongTextColumn({ transformer: withoutTokensIn }) changes: string;
  @GivenText(64) requestId: string | null;
  @TextColumn(45, { nullable: true }) ip: string | null;
  @GivenText(255) userAgent: string | null;
  @TextColumn(10, { nullable: true }) method: string | null;
  @TextColumn(120, { nullable: true }) route: string | null;
  /** How many attempts it stands for: see `DeniedAccessRecorder`. The database writes 1. */
  @Column('int', { default: 1 }) count?: number;
  /** What they were aimed at, where that was not one thing. */
  @JsonColumn({ nullable: true }) targets?: readonly string[] | null;
}
