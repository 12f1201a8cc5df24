import { Entity, Index } from 'typeorm';
import type { Ability } from '../auth/ability.js';
import {
  IdColumn,
  TimestampColumn,
  JsonColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../database/columns.js';

/** A key with which a program acts for its owner in one team. Its token is stored nowhere. */
@Entity('api_keys')
@Index('api_keys_userId', ['userId', 'id'])
@Index('api_keys_teamId', ['teamId', 'id'])
@Index('api_keys_revokedAt', ['revokedAt'])
@Index('api_keys_createdByKeyId', ['createdByKeyId', 'id'])
@ForeignKeyTo('api_keys_team', 'teamId', 'teams')
@ForeignKeyTo('api_keys_user', 'userId', 'users')
export class ApiKey {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  /** The owner. */
  @ForeignIdColumn() userId: string;
  @TextColumn(80) name: string;
  /** What lists look for names in: see `nameKey`. */
  @TextColumn(160, { nullable: true }) nameKey: string | null;
  @JsonColumn() abilities: Ability[];
  /** The last eight characters of the token. */
  @TextColumn(8) lastEight: string;
  /** The networks it may be used from; any where there is none. */
  @JsonColumn() allowedIps: string[];
  /** The projects it is limited to, which may be gone; null for none, and never empty. */
  @JsonColumn({ nullable: true }) projectIds: string[] | null;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn({ nullable: true }) expiresAt: Date | null;
  @TimestampColumn({ nullable: true }) rotatedAt: Date | null;
  @TimestampColumn({ nullable: true }) revokedAt: Date | null;
  /** Since when it rests; null while it works. */
  @TimestampColumn({ nullable: true }) disabledAt: Date | null;
  /** The key that made it, which may be gone; null where a person did. */
  @ForeignIdColumn({ nullable: true }) createdByKeyId: string | null;
  /** What that key was called then. */
  @TextColumn(80, { nullable: true }) createdByKeyName: string | null;
  @TimestampColumn({ nullable: true }) lastUsedAt: Date | null;
  @TextColumn(45, { nullable: true }) lastUsedIp: string | null;
}
