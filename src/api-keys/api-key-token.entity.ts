import { Entity, Index, PrimaryColumn } from 'typeorm';
import { TimestampColumn, ForeignIdColumn, ForeignKeyTo, TextColumn } from '../database/columns.js';
import { ApiKey } from './api-key.entity.js';

/** A token that a key has or had. Those rotated away are kept, so that their use is told from noise. */
@Entity('api_key_tokens')
@Index('api_key_tokens_keyId', ['keyId'])
@Index('api_key_tokens_validUntil', ['validUntil'])
@ForeignKeyTo('api_key_tokens_key', 'keyId', () => ApiKey)
export class ApiKeyToken {
  @PrimaryColumn('varchar', { length: 64 }) digest: string;
  /** Which master secret the digest was made under. */
  @TextColumn(16) secretId: string;
  @ForeignIdColumn() keyId: string;
  @TimestampColumn() createdAt: Date;
  /** When rotation ends or ended it; null for the key's current token. */
  @TimestampColumn({ nullable: true }) validUntil: Date | null;
}
