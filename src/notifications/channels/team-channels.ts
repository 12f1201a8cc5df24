import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transactions.js';
import { ChannelsRepository } from './channels.repository.js';

/** Which channels a team has, for features that refer to them. They stay while the transaction holds the team: see `PlansRepository`. */
@Injectable()
export class TeamChannels {
  constructor(private readonly channels: ChannelsRepository) {}

  /** Those of `ids` that are channels of the team. */
  owned(tx: Transaction, teamId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.channels.findOwned(tx, teamId, ids);
  }

  /** Their identifiers, oldest first. */
  all(tx: Transaction, teamId: string): Promise<string[]> {
    return this.channels.findIds(tx, teamId);
  }
}
