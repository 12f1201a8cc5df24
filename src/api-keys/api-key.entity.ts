import { Entity, Index } from 'typeorm';
import type { Ability } from '../access/ability.js';
import {
  IdColumn,
  InstantColumn,
  JsonColumn,
  RefColumn,
  References,
  TextColumn,
} from '../database/columns.js';

/** A key with which a program acts for its owner in one team. Its token is stored nowhere. */
@Entity('api_keys')
@Index('api_keys_userId', ['userId', 'id'])
@Index('api_keys_teamId', ['teamId', 'id'])
@Index('api_keys_revokedAt', ['revokedAt'])
@References('api_keys_team', 'teamId', 'teams')
@References('api_keys_user', 'userId', 'users')
export class ApiKey {
  @IdColumn() id: string;
  @RefColumn() teamId: string;
  /** The owner. */
  @RefColumn() userId: string;
  @TextColumn(80) name: string;
  @JsonColumn() abilities: Ability[];
  /** The last eight characters of the token. */
  @TextColumn(8) lastEight: string;
  /** The networks it may be used from; any where there is none. */
  @JsonColumn() allowedIps: string[];
  @InstantColumn() createdAt: Date;
  @InstantColumn({ nullable: true }) expiresAt: Date | null;
  @InstantColumn({ nullable: true }) rotatedAt: Date | null;
  @InstantColumn({ nullable: true }) revokedAt: Date | null;
  @InstantColumn({ nullable: true }) lastUsedAt: Date | null;
  @TextColumn(45, { nullable: true }) lastUsedIp: string | null;
}
