import { Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn, TextColumn } from '../database/columns.js';

/** A person. */
@Entity('users')
@Index('users_emailKey', ['emailKey'], { unique: true })
export class User {
  @IdColumn() id: string;
  @TextColumn(100) name: string;
  /** As the person wrote it. */
  @TextColumn(254) email: string;
  /** What makes it unique: the address without regard to case. */
  @TextColumn(254) emailKey: string;
  /** Argon2id, in the PHC string format. */
  @TextColumn(255) passwordHash: string;
  @TextColumn(64) timeZone: string;
  /** Since when it is known that the address is the person's; null where nobody knows. */
  @TimestampColumn({ nullable: true }) emailVerifiedAt: Date | null;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn() updatedAt: Date;
}
