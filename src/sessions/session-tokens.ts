import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { Transactions } from '../database/transactions.js';
import { SessionsRepository } from './sessions.repository.js';

/** The digests of sessions' tokens, while the master secret is being rotated: as `KeyTokens` has those of keys. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly transactions: Transactions,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  async moveDigest(from: string, digest: string): Promise<void> {
    const { secretId } = this.secrets;
    await this.transactions.run((tx) => this.sessions.update(tx, { digest: from }, { digest, secretId }));
  }

  countNotMoved(): Promise<number> {
    return this.sessions.countNotMoved(this.secrets.previousSecretId, this.clock.now());
  }
}
