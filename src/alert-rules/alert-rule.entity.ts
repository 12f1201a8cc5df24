import { Entity, Index } from 'typeorm';
import type { UptimeWindow } from '../checks/result/uptime.js';
import {
  BooleanColumn,
  DoubleColumn,
  IdColumn,
  TimestampColumn,
  IntegerColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../database/columns.js';
import type { ConditionKind, Operator } from './condition.js';

/** Over which monitors a rule is: all of the team, those that are to come too, or those it names. */
export const scopes = ['team', 'monitors'] as const;
export type Scope = (typeof scopes)[number];

export const priorities = ['critical', 'high', 'medium', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** Turns bad checks into incidents. What it takes of a condition follows from `conditionShapes`. */
@Entity('alert_rules')
@Index('alert_rules_teamId', ['teamId', 'id'])
@Index('alert_rules_teamId_nameKey', ['teamId', 'nameKey'], { unique: true })
@ForeignKeyTo('alert_rules_team', 'teamId', 'teams')
export class AlertRule {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  @TextColumn(80) name: string;
  /** What makes the name unique in the team: see `nameKey`. */
  @TextColumn(160) nameKey: string;
  @TextColumn(500, { nullable: true }) description: string | null;
  @TextColumn(20) condition: ConditionKind;
  @TextColumn(12, { nullable: true }) operator: Operator | null;
  @DoubleColumn({ nullable: true }) value: number | null;
  @TextColumn(4, { nullable: true }) window: UptimeWindow | null;
  @TextColumn(10) scope: Scope;
  @IntegerColumn() cooldownSeconds: number;
  @TextColumn(10) priority: Priority;
  @IntegerColumn() triggerAfter: number;
  @IntegerColumn() resolveAfter: number;
  @BooleanColumn() active: boolean;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn() updatedAt: Date;
}
