import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { SqlReader } from '../database/sql-reader.js';
import { Transactions } from '../database/transactions.js';
import { Session } from './session.entity.js';
import { IDLE_MS } from './sessions.service.js';

const UNMOVED = `
  SELECT COUNT(*) AS count
    FROM sessions
   WHERE secretId = ? AND revokedAt IS NULL AND expiresAt > ? AND lastUsedAt > ?`;

/** The digests of sessions' tokens, while the master secret is being rotated: as `KeyTokens` has those of keys. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly reads: SqlReader,
    private readonly transactions: Transactions,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  async moveDigest(from: string, to: string): Promise<void> {
    const { secretId } = this.secrets;
    await this.transactions.run((manager) =>
      manager.update(Session, { digest: from }, { digest: to, secretId }),
    );
  }

  async countUnmoved(): Promise<number> {
    const now = this.clock.now();
    const values = [this.secrets.previousSecretId, now, new Date(now.getTime() - IDLE_MS)];
    const [row] = await this.reads.query<{ count: number | string }>(UNMOVED, values);
    return Number(row!.count);
  }
}
