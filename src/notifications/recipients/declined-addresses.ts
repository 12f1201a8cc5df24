import { Injectable } from '@nestjs/common';
import { systemActor } from '../../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../../audit/audited-transactions.js';
import { SqlReader } from '../../database/sql-reader.js';
import { addressDigest } from './address-digest.js';
import { DeclinedAddress } from './declined-address.entity.js';

const DECLINED = 'SELECT 1 FROM declined_addresses WHERE addressDigest = ?';

/** Undoes a change that turned out to be none. */
class NotDeclined extends Error {}

/** The addresses whose owners want to be asked no more, whatever team asks. What they confirmed before goes on. */
@Injectable()
export class DeclinedAddresses {
  constructor(
    private readonly reads: SqlReader,
    private readonly audited: AuditedTransactions,
  ) {}

  async has(address: string): Promise<boolean> {
    return (await this.reads.query(DECLINED, [addressDigest(address)])).length > 0;
  }

  /** Adds one within a change that the caller records. */
  async add({ manager, at }: AuditedTransaction, address: string): Promise<void> {
    await manager.upsert(DeclinedAddress, { addressDigest: addressDigest(address), declinedAt: at }, [
      'addressDigest',
    ]);
  }

  /** Has the owner of an address asked again. Answers whether they had declined. */
  async allow(address: string): Promise<boolean> {
    try {
      await this.audited.run(systemActor(null), async (tx) => {
        const { affected } = await tx.manager.delete(DeclinedAddress, {
          addressDigest: addressDigest(address),
        });
        if (affected === 0) throw new NotDeclined();
        tx.record('email-address.allowed', { type: 'email-address', id: null, name: null });
      });
      return true;
    } catch (error) {
      if (error instanceof NotDeclined) return false;
      throw error;
    }
  }
}
