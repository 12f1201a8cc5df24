import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, RefColumn, TextColumn } from '../database/columns.js';

/** A person who is signed in, in one of their teams at a time. */
@Entity('sessions')
export class Session {
  @IdColumn() id: string;
  @RefColumn() userId: string;
  @RefColumn() teamId: string;
  @TextColumn(64) digest: string;
  /** Which master secret the digest was made under. */
  @TextColumn(16) secretId: string;
  @TextColumn(45) ip: string;
  @TextColumn(255) userAgent: string;
  @InstantColumn() createdAt: Date;
  /** To the minute. */
  @InstantColumn() lastUsedAt: Date;
  @InstantColumn() expiresAt: Date;
  @InstantColumn({ nullable: true }) revokedAt: Date | null;
}
