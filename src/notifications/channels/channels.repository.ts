import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, Not, Repository } from 'typeorm';
import { BaseRepository } from '../../database/base.repository.js';
import { toDate } from '../../database/row-mapper.js';
import { SqlReader } from '../../database/sql-reader.js';
import type { Transaction } from '../../database/transactions.js';
import type { Listing } from '../../http/listing.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import { NotificationChannel } from './channel.entity.js';

/** What sending to a channel needs of it. */
export type ChannelTarget = Pick<
  NotificationChannel,
  'id' | 'teamId' | 'type' | 'name' | 'config' | 'confirmedAt'
>;

type RawTarget = Omit<ChannelTarget, 'confirmedAt'> & { readonly confirmedAt: unknown };

const findActiveSql = (ids: readonly string[]): string =>
  `SELECT id, teamId, type, name, config, confirmedAt FROM notification_channels WHERE active AND id IN (${ids.map(() => '?').join(', ')})`;

const findIdsAfterSql = (most: number): string =>
  `SELECT id FROM notification_channels WHERE id > ? ORDER BY id LIMIT ${most}`;

@Injectable()
export class ChannelsRepository extends BaseRepository<NotificationChannel> {
  constructor(
    @InjectRepository(NotificationChannel) channels: Repository<NotificationChannel>,
    sql: SqlReader,
  ) {
    super(channels, sql);
  }

  find(id: string): Promise<NotificationChannel | null> {
    return this.sql.selectOne(NotificationChannel, 't.id = ?', [id]);
  }

  findOfTeam(teamId: string, id: string): Promise<NotificationChannel | null> {
    return this.sql.selectOne(NotificationChannel, 't.id = ? AND t.teamId = ?', [id, teamId]);
  }

  /** The same, held until the transaction ends. */
  lockOfTeam(tx: Transaction, teamId: string, id: string): Promise<NotificationChannel | null> {
    return this.lock(tx, { id, teamId });
  }

  /** The active channels of a team that are of none of these types, held until the transaction ends. */
  lockActiveExcept(
    tx: Transaction,
    teamId: string,
    types: readonly ChannelType[],
  ): Promise<NotificationChannel[]> {
    return this.lockAll(tx, { teamId, type: Not(In([...types])), active: true });
  }

  /** Holds those of the channels that there are, whosever they are. */
  lockEach(tx: Transaction, ids: readonly string[]): Promise<NotificationChannel[]> {
    return this.lockAll(tx, { id: In([...ids]) });
  }

  /** How many channels a team has. */
  count(tx: Transaction, teamId: string): Promise<number> {
    return this.within(tx).countBy({ teamId });
  }

  /** The channels of a team, oldest first. */
  listing(teamId: string): Listing<NotificationChannel> {
    const conditions = [['t.teamId = ?', teamId]] as const;
    return { entity: NotificationChannel, conditions, orderBy: ['id'], descending: false };
  }

  /** The identifiers of a team's channels, oldest first. They stay while the transaction holds the team. */
  async findIds(tx: Transaction, teamId: string): Promise<string[]> {
    const found = await this.within(tx).find({
      select: { id: true },
      where: { teamId },
      order: { id: 'ASC' },
    });
    return found.map(({ id }) => id);
  }

  /** Those of `ids` that are channels of the team. They stay while the transaction holds the team. */
  async findOwned(tx: Transaction, teamId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const where = { teamId, id: In([...ids]) };
    const found = await this.within(tx).find({ select: { id: true }, where });
    return new Set(found.map(({ id }) => id));
  }

  /** The active ones among those channels of a team, oldest first: those whose address is confirmed, or those where it is not. */
  findActiveOf(
    tx: Transaction,
    teamId: string,
    ids: readonly string[],
    { isConfirmed }: { readonly isConfirmed: boolean },
  ): Promise<Array<Pick<NotificationChannel, 'id' | 'type'>>> {
    return this.within(tx).find({
      select: { id: true, type: true },
      where: {
        teamId,
        id: In([...ids]),
        active: true,
        confirmedAt: isConfirmed ? Not(IsNull()) : IsNull(),
      },
      order: { id: 'ASC' },
    });
  }

  /** The active ones among channels of any teams, by their identifiers. */
  async findActive({ manager }: Transaction, ids: readonly string[]): Promise<Map<string, ChannelTarget>> {
    if (ids.length === 0) return new Map();
    const channels = await manager.query<RawTarget[]>(findActiveSql(ids), [...ids]);
    return new Map(channels.map((row) => [row.id, { ...row, confirmedAt: toDate(row.confirmedAt) }]));
  }

  /** What channels are called, by their identifiers. */
  async findNames(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
    const where = { id: In([...ids]) };
    const channels = await this.within(tx).find({ select: { id: true, name: true }, where });
    return new Map(channels.map(({ id, name }) => [id, name]));
  }

  /** The next identifiers of all channels behind `id`, in their order. */
  async findIdsAfter({ manager }: Transaction, id: string, most: number): Promise<string[]> {
    const rows = await manager.query<Array<{ id: string }>>(findIdsAfterSql(most), [id]);
    return rows.map((row) => row.id);
  }
}
