import { Entity, Index } from 'typeorm';
import {
  BigIntegerColumn,
  IdColumn,
  IntegerColumn,
  JsonColumn,
  ForeignIdColumn,
  ForeignKeyTo,
} from '../database/columns.js';

/** A time in which targets of a team could not be seen, of which channels were told. Times are epoch milliseconds. */
@Entity('blind_episodes')
@Index('blind_episodes_openKey', ['openKey'], { unique: true })
@Index('blind_episodes_teamId', ['teamId', 'endedAt'])
@Index('blind_episodes_endedAt', ['endedAt'])
@ForeignKeyTo('blind_episodes_team', 'teamId', 'teams')
export class BlindEpisode {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  /** The team while it lasts, null afterwards: there is one at a time, whichever process sees it first. */
  @ForeignIdColumn({ nullable: true }) openKey: string | null;
  @BigIntegerColumn() startedAt: number;
  /** Since when every monitor of the team can be seen again; null while one cannot. */
  @BigIntegerColumn({ nullable: true }) clearSince: number | null;
  /** How long that must last until it is over. */
  @IntegerColumn() settleMs: number;
  @BigIntegerColumn({ nullable: true }) endedAt: number | null;
  /**
   * The channels that were to be told, and whether they take the team for blind: those that were inactive were told
   * nothing. Of one that is over those that are owed the word that it is.
   */
  @JsonColumn() channels: Record<string, boolean>;
}
