import { Injectable } from '@nestjs/common';
import { system } from '../auth/principal.js';
import { KeyTokens } from '../api-keys/key-tokens.js';
import { Changes } from '../audit/changes.js';
import { SealedValues } from '../crypto/sealed-values.js';
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
    private readonly changes: Changes,
    private readonly sealed: SealedValues,
    private readonly secrets: Secrets,
    private readonly keys: KeyTokens,
    private readonly sessions: SessionTokens,
  ) {}

  /** Seals every value anew and notes the new secret, all or nothing. May be repeated. */
  async rotate(): Promise<Rotation> {
    const resealed = await this.changes.run(system(null), async (change) => {
      const { fingerprint } = this.secrets;
      await change.manager.update(Instance, { id: Instance.id }, { fingerprint });
      change.record('secret.rotated', null);
      return this.sealed.resealAll(change.manager);
    });
    const unmoved = { keys: await this.keys.countUnmoved(), sessions: await this.sessions.countUnmoved() };
    return { resealed, unmoved };
  }
}
