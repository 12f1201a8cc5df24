import { Entity, Index } from 'typeorm';
import {
  BooleanColumn,
  IdColumn,
  TimestampColumn,
  IntegerColumn,
  LongJsonColumn,
  LongTextColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../database/columns.js';
import { Project } from '../projects/project.entity.js';
import type { Assertion } from './assertions.js';
import type { RequestAuth } from './request-auth.js';
import type { SealedHeader } from './request-headers.js';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
export type Method = (typeof methods)[number];

/**
 * `pending` until the first check after the monitor was created or resumed; `unknown` while this server
 * cannot see the target.
 */
export const monitorStatuses = ['up', 'down', 'unknown', 'paused', 'pending'] as const;
export type MonitorStatus = (typeof monitorStatuses)[number];

/** An endpoint that is watched, and how. */
@Entity('monitors')
@Index('monitors_teamId', ['teamId', 'id'])
@Index('monitors_teamId_nameKey', ['teamId', 'nameKey', 'id'])
@Index('monitors_teamId_status', ['teamId', 'status', 'id'])
@Index('monitors_projectId', ['projectId', 'id'])
@ForeignKeyTo('monitors_team', 'teamId', 'teams')
@ForeignKeyTo('monitors_project', 'projectId', () => Project, 'RESTRICT')
export class Monitor {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  @ForeignIdColumn() projectId: string;
  @TextColumn(120) name: string;
  /** What the name is sorted and searched by: see `nameKey`. */
  @TextColumn(240) nameKey: string;
  /** In ASCII. */
  @TextColumn(2000) url: string;
  @TextColumn(10) method: Method;
  @IntegerColumn() intervalSeconds: number;
  @IntegerColumn() timeoutSeconds: number;
  @IntegerColumn() expectedStatus: number;
  @BooleanColumn() verifyTls: boolean;
  /** As callers wish: see `followsRedirections`. */
  @BooleanColumn() followRedirects: boolean;
  @BooleanColumn() strictHttp: boolean;
  /** Their values are sealed. */
  @LongJsonColumn() headers: SealedHeader[];
  @LongTextColumn({ nullable: true }) body: string | null;
  /** Password and token are sealed. */
  @LongJsonColumn() auth: RequestAuth;
  @LongJsonColumn() assertions: Assertion[];
  @BooleanColumn() active: boolean;
  @TextColumn(10) status: MonitorStatus;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn() updatedAt: Date;
}
