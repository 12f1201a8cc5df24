import { Injectable } from '@nestjs/common';
import { systemActor } from '../auth/principal.js';
import { KeyTokens } from '../api-keys/key-tokens.js';
import { AuditedTransactions } from '../audit/audited-transactions.js';
import { ReencryptionRegistry } from '../database/reencryption-registry.js';
import { Secrets } from '../crypto/secrets.js';
import { Instance } from '../database/instance.entity.js';
import { SessionTokens } from './session-tokens.js';

/** What a rotation did, and what it leaves to the callers. */
export interface Rotation {
  /** How many values were sealed anew, by their kind. */
  readonly resealed: ReadonlyMap<string, number>;
  /** What works only while the previous master secret is known. */
  readonly unmoved: { readonly keys: number; readonly sessions: number };
}

/** Brings an installation under another master secret. */
@Injectable()
export class SecretRotation {
  constructor(
    private readonly audited: AuditedTransactions,
    private readonly sealed: ReencryptionRegistry,
    private readonly secrets: Secrets,
    private readonly keys: KeyTokens,
    private readonly sessions: SessionTokens,
  ) {}

  /** Seals every value anew and notes the new secret, all or nothing. May be repeated. */
  async rotate(): Promise<Rotation> {
    const resealed = await this.audited.run(systemActor(null), async (tx) => {
      const { fingerprint } = this.secrets;
      await tx.manager.update(Instance, { id: Instance.id }, { fingerprint });
      tx.record('secret.rotated', null);
      return this.sealed.resealAll(tx);
    });
    const unmoved = { keys: await this.keys.countNotMoved(), sessions: await this.sessions.countNotMoved() };
    return { resealed, unmoved };
  }
}
