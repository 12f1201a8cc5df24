import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { Reads } from '../database/reads.js';
import { Transactions } from '../database/transactions.js';
import { ApiKeyToken } from './api-key-token.entity.js';

/** Of keys that work. */
const UNMOVED = `
  SELECT COUNT(DISTINCT k.id) AS count
    FROM api_key_tokens x
    JOIN api_keys k ON k.id = x.keyId
   WHERE x.secretId = ? AND k.revokedAt IS NULL
     AND (k.expiresAt IS NULL OR k.expiresAt > ?) AND (x.validUntil IS NULL OR x.validUntil > ?)`;

/** The digests of keys' tokens, while the master secret is being rotated. Moving one is no change: it leaves no audit event. */
@Injectable()
export class KeyTokens {
  constructor(
    private readonly reads: Reads,
    private readonly transactions: Transactions,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Replaces the digest under the previous master secret by the one under the current. */
  async move(from: string, to: string): Promise<void> {
    const { secretId } = this.secrets;
    await this.transactions.run((manager) =>
      manager.update(ApiKeyToken, { digest: from }, { digest: to, secretId }),
    );
  }

  /** How many keys nobody has used since the secret was changed. */
  async countUnmoved(): Promise<number> {
    const now = this.clock.now();
    const values = [this.secrets.previousSecretId, now, now];
    const [row] = await this.reads.query<{ count: number | string }>(UNMOVED, values);
    return Number(row!.count);
  }
}
