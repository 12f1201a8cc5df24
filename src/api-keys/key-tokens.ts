import { Injectable } from '@nestjs/common';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { Transactions } from '../database/transactions.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** The digests of keys' tokens. The tokens themselves are stored nowhere. */
@Injectable()
export class KeyTokens {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly transactions: Transactions,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Makes `token` the current one of a key, within a change. */
  async insert(tx: AuditedTransaction, keyId: string, token: string): Promise<void> {
    const { secretId } = this.secrets;
    const digest = this.secrets.tokenDigest(token);
    await this.keys.insertToken(tx, { digest, secretId, keyId, createdAt: tx.at, validUntil: null });
  }

  /** Ends the tokens of earlier rotations now, and the current one after the overlap, within a change. */
  async end(
    tx: AuditedTransaction,
    key: Pick<ApiKey, 'id' | 'expiresAt'>,
    overlapSeconds: number,
  ): Promise<void> {
    const overlapEnd = new Date(tx.at.getTime() + overlapSeconds * 1000);
    const validUntil = key.expiresAt && key.expiresAt < overlapEnd ? key.expiresAt : overlapEnd;
    await this.keys.endTokens(tx, key.id, tx.at, validUntil);
  }

  /**
   * While the master secret is being rotated: replaces the digest under the previous one by that
   * under the current. No change: it leaves no audit event.
   */
  async moveDigest(from: string, digest: string): Promise<void> {
    const { secretId } = this.secrets;
    await this.transactions.run((tx) => this.keys.moveDigest(tx, from, { digest, secretId }));
  }

  /** How many keys nobody has used since the secret was changed. */
  countNotMoved(): Promise<number> {
    return this.keys.countNotMoved(this.secrets.previousSecretId, this.clock.now());
  }
}
