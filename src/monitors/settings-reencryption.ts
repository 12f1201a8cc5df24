import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { ReencryptionRegistry } from '../database/reencryption-registry.js';
import { Secrets } from '../crypto/secrets.js';
import { findAllLocked } from '../database/locks.js';
import { Monitor } from './monitor.entity.js';
import { mapSealed, placeOf } from './sealed-settings.js';
import type { Transaction } from '../database/transactions.js';

/** How many monitors are in memory at once: each may have a hundred kilobytes of headers. */
const BATCH = 50;

/** The next monitors that may have sealed values, without their contents. */
const NEXT = `SELECT id FROM monitors WHERE id > ? AND (headers <> '[]' OR auth <> '{"type":"none"}') ORDER BY id LIMIT ${BATCH}`;

/** Seals the header values and credentials of monitors anew when the master secret is rotated. */
@Injectable()
export class SettingsReencryption implements OnModuleInit {
  constructor(
    private readonly sealedValues: ReencryptionRegistry,
    private readonly secrets: Secrets,
  ) {}

  onModuleInit(): void {
    this.sealedValues.add('header values and credentials of monitors', (tx) => this.resealAll(tx));
  }

  private async resealAll(tx: Transaction): Promise<number> {
    let count = 0;
    let ids: string[] = [];
    do {
      const rows = await tx.manager.query<Array<{ id: string }>>(NEXT, [ids.at(-1) ?? '']);
      ids = rows.map(({ id }) => id);
      for (const monitor of await findAllLocked(tx.manager, Monitor, { id: In(ids) }))
        count += await this.reseal(tx, monitor);
    } while (ids.length === BATCH);
    return count;
  }

  /** Answers how many values were not under the current secret. */
  private async reseal({ manager }: Transaction, monitor: Monitor): Promise<number> {
    let count = 0;
    const sealed = mapSealed(monitor, (value, column) => {
      const anew = this.secrets.reseal(value, placeOf(column, monitor));
      if (anew !== value) count += 1;
      return anew;
    });
    if (count > 0) await manager.update(Monitor, { id: monitor.id }, sealed);
    return count;
  }
}
