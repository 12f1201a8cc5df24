import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { ReencryptionRegistry } from '../../database/reencryption-registry.js';
import { Secrets } from '../../crypto/secrets.js';
import { findAllLocked } from '../../database/locks.js';
import { NotificationChannel } from './channel.entity.js';
import { placeOf } from './channel-config.encryption.js';
import type { Transaction } from '../../database/transactions.js';

const BATCH = 500;
const NEXT = `SELECT id FROM notification_channels WHERE id > ? ORDER BY id LIMIT ${BATCH}`;

/** Seals the configs of channels anew when the master secret is rotated. */
@Injectable()
export class ConfigReencryption implements OnModuleInit {
  constructor(
    private readonly sealedValues: ReencryptionRegistry,
    private readonly secrets: Secrets,
  ) {}

  onModuleInit(): void {
    this.sealedValues.add('addresses and secrets of notification channels', (tx) => this.resealAll(tx));
  }

  private async resealAll({ manager }: Transaction): Promise<number> {
    let count = 0;
    let ids: string[] = [];
    do {
      const rows = await manager.query<Array<{ id: string }>>(NEXT, [ids.at(-1) ?? '']);
      ids = rows.map(({ id }) => id);
      for (const channel of await findAllLocked(manager, NotificationChannel, { id: In(ids) })) {
        const config = this.secrets.reseal(channel.config, placeOf(channel));
        if (config === channel.config) continue;
        await manager.update(NotificationChannel, { id: channel.id }, { config });
        count += 1;
      }
    } while (ids.length === BATCH);
    return count;
  }
}
