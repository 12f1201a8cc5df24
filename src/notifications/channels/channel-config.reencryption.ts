import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ReencryptionRegistry } from '../../database/reencryption-registry.js';
import { Secrets } from '../../crypto/secrets.js';
import type { Transaction } from '../../database/transactions.js';
import { placeOf } from './channel-config.encryption.js';
import { ChannelsRepository } from './channels.repository.js';

const BATCH = 500;

/** Seals the configs of channels anew when the master secret is rotated. */
@Injectable()
export class ConfigReencryption implements OnModuleInit {
  constructor(
    private readonly sealedValues: ReencryptionRegistry,
    private readonly channels: ChannelsRepository,
    private readonly secrets: Secrets,
  ) {}

  onModuleInit(): void {
    this.sealedValues.add('addresses and secrets of notification channels', (tx) => this.resealAll(tx));
  }

  private async resealAll(tx: Transaction): Promise<number> {
    let count = 0;
    let ids: string[] = [];
    do {
      ids = await this.channels.findIdsAfter(tx, ids.at(-1) ?? '', BATCH);
      for (const channel of await this.channels.lockEach(tx, ids)) {
        const config = this.secrets.reseal(channel.config, placeOf(channel));
        if (config === channel.config) continue;
        await this.channels.update(tx, { id: channel.id }, { config });
        count += 1;
      }
    } while (ids.length === BATCH);
    return count;
  }
}
