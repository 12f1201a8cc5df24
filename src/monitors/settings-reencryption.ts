import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ReencryptionRegistry } from '../database/reencryption-registry.js';
import { Secrets } from '../crypto/secrets.js';
import type { Monitor } from './monitor.entity.js';
import { MonitorsRepository } from './monitors.repository.js';
import { mapSealed, placeOf } from './sealed-settings.js';
import type { Transaction } from '../database/transactions.js';

/** Seals the header values and credentials of monitors anew when the master secret is rotated. */
@Injectable()
export class SettingsReencryption implements OnModuleInit {
  constructor(
    private readonly monitors: MonitorsRepository,
    private readonly sealedValues: ReencryptionRegistry,
    private readonly secrets: Secrets,
  ) {}

  onModuleInit(): void {
    this.sealedValues.add('header values and credentials of monitors', (tx) => this.resealAll(tx));
  }

  private async resealAll(tx: Transaction): Promise<number> {
    let count = 0;
    for await (const monitor of this.monitors.lockSealed(tx)) count += await this.reseal(tx, monitor);
    return count;
  }

  /** Answers how many values were not under the current secret. */
  private async reseal(tx: Transaction, monitor: Monitor): Promise<number> {
    let count = 0;
    const sealed = mapSealed(monitor, (value, column) => {
      const anew = this.secrets.reseal(value, placeOf(column, monitor));
      if (anew !== value) count += 1;
      return anew;
    });
    if (count > 0) await this.monitors.update(tx, { id: monitor.id }, sealed);
    return count;
  }
}
