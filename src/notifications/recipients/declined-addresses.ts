import { Injectable } from '@nestjs/common';
import { systemActor } from '../../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../../audit/audited-transactions.js';
import { addressDigest } from './address-digest.js';
import { RecipientsRepository } from './recipients.repository.js';

/** Undoes a change that turned out to be none. */
class NotDeclined extends Error {}

/** The addresses whose owners want to be asked no more, whatever team asks. What they confirmed before goes on. */
@Injectable()
export class DeclinedAddresses {
  constructor(
    private readonly recipients: RecipientsRepository,
    private readonly audited: AuditedTransactions,
  ) {}

  has(address: string): Promise<boolean> {
    return this.recipients.hasDeclined(addressDigest(address));
  }

  /** Adds one within a change that the caller records. */
  async add(tx: AuditedTransaction, address: string): Promise<void> {
    const declined = { addressDigest: addressDigest(address), declinedAt: tx.at };
    await this.recipients.addDeclined(tx, declined);
  }

  /** Has the owner of an address asked again. Answers whether they had declined. */
  async allow(address: string): Promise<boolean> {
    try {
      await this.audited.run(systemActor(null), async (tx) => {
        if (!(await this.recipients.deleteDeclined(tx, addressDigest(address)))) throw new NotDeclined();
        tx.record('email-address.allowed', { type: 'email-address', id: null, name: null });
      });
      return true;
    } catch (error) {
      if (error instanceof NotDeclined) return false;
      throw error;
    }
  }
}
