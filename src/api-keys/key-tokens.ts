import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { SqlReader } from '../database/sql-reader.js';
import { Transactions } from '../database/transactions.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeyToken } from './api-key-token.entity.js';

/** Of keys that work. */
const UNMOVED = `
  SELECT COUNT(DISTINCT k.id) AS count
    FROM api_key_tokens x
    JOIN api_keys k ON k.id = x.keyId
   WHERE x.secretId = ? AND k.revokedAt IS NULL
     AND (k.expiresAt IS NULL OR k.expiresAt > ?) AND (x.validUntil IS NULL OR x.validUntil > ?)`;

/** The digests of keys' tokens. The tokens themselves are stored nowhere. */
@Injectable()
export class KeyTokens {
  constructor(
    private readonly reads: SqlReader,
    private readonly transactions: Transactions,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Makes `token` the current one of a key, within a change. */
  async insert({ manager, at }: AuditedTransaction, keyId: string, token: string): Promise<void> {
    const { secretId } = this.secrets;
    const digest = this.secrets.tokenDigest(token);
    await manager.insert(ApiKeyToken, { digest, secretId, keyId, createdAt: at, validUntil: null });
  }

  /** Ends the tokens of earlier rotations now, and the current one after the overlap, within a change. */
  async end(
    { manager, at }: AuditedTransaction,
    key: Pick<ApiKey, 'id' | 'expiresAt'>,
    overlapSeconds: number,
  ): Promise<void> {
    const overlapEnd = new Date(at.getTime() + overlapSeconds * 1000);
    const validUntil = key.expiresAt && key.expiresAt < overlapEnd ? key.expiresAt : overlapEnd;
    await manager.update(ApiKeyToken, { keyId: key.id, validUntil: MoreThan(at) }, { validUntil: at });
    await manager.update(ApiKeyToken, { keyId: key.id, validUntil: IsNull() }, { validUntil });
  }

  /**
   * While the master secret is being rotated: replaces the digest under the previous one by that
   * under the current. No change: it leaves no audit event.
   */
  async moveDigest(from: string, to: string): Promise<void> {
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
