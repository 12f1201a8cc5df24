import { Injectable } from '@nestjs/common';
import { systemActor } from '../auth/principal.js';
import { KeyTokens } from '../api-keys/key-tokens.js';
import { AuditedTransactions } from '../audit/audited-transactions.js';
import { ReencryptionRegistry } from '../database/reencryption-registry.js';
import { Secrets } from '../crypto/secrets.js';
import { InstanceRepository } from '../database/instance.repository.js';
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
    private readonly instance: InstanceRepository,
    private readonly sealed: ReencryptionRegistry,
    private readonly secrets: Secrets,
    private readonly keys: KeyTokens,
    private readonly sessions: SessionTokens,
  ) {}

  /** Seals every value anew and notes the new secret, all or nothing. May be repeated. */
  async rotate(): Promise<Rotation> {
    const resealed = await this.audited.run(systemActor(null), async (tx) => {
      await this.instance.setFingerprint(tx, this.secrets.fingerprint);
      tx.record('secret.rotated', null);
      return this.sealed.resealAll(tx);
    });
    const unmoved = { keys: await this.keys.countNotMoved(), sessions: await this.sessions.countNotMoved() };
    return { resealed, unmoved };
  }
}
