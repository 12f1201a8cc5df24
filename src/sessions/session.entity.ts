import { Entity, Index } from 'typeorm';
import { User } from '../accounts/user.entity.js';
import { IdColumn, TimestampColumn, ForeignIdColumn, ForeignKeyTo, TextColumn } from '../database/columns.js';
import { Team } from '../teams/team.entity.js';

/** A person who is signed in, in one of their teams at a time. */
@Entity('sessions')
@Index('sessions_digest', ['digest'], { unique: true })
@Index('sessions_userId', ['userId', 'id'])
@Index('sessions_teamId', ['teamId'])
@Index('sessions_expiresAt', ['expiresAt'])
@ForeignKeyTo('sessions_user', 'userId', () => User)
@ForeignKeyTo('sessions_team', 'teamId', () => Team)
export class Session {
  @IdColumn() id: string;
  @ForeignIdColumn() userId: string;
  @ForeignIdColumn() teamId: string;
  @TextColumn(64) digest: string;
  /** Which master secret the digest was made under. */
  @TextColumn(16) secretId: string;
  /** Empty where it is not known. */
  @TextColumn(45) ip: string;
  @TextColumn(255) userAgent: string;
  @TimestampColumn() createdAt: Date;
  /** To the minute. */
  @TimestampColumn() lastUsedAt: Date;
  @TimestampColumn() expiresAt: Date;
  @TimestampColumn({ nullable: true }) revokedAt: Date | null;
}
