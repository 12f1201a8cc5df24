import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { NotificationChannel } from './channel.entity.js';
import type { Transaction } from '../../database/transactions.js';

/** Which channels a team has, for features that refer to them. They stay while the transaction holds the team: see `PlansRepository`. */
@Injectable()
export class TeamChannels {
  /** Those of `ids` that are channels of the team. */
  async owned(
    { manager }: Transaction,
    teamId: string,
    ids: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const where = { teamId, id: In([...ids]) };
    const found = await manager.find(NotificationChannel, { select: { id: true }, where });
    return new Set(found.map(({ id }) => id));
  }

  /** Their identifiers, oldest first. */
  async all({ manager }: Transaction, teamId: string): Promise<string[]> {
    const select = { id: true } as const;
    const found = await manager.find(NotificationChannel, {
      select,
      where: { teamId },
      order: { id: 'ASC' },
    });
    return found.map(({ id }) => id);
  }
}
