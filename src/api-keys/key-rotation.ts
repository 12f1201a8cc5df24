import { Injectable } from '@nestjs/common';
import { TokenSuperseded } from '../auth/auth.problems.js';
import type { Principal } from '../auth/principal.js';
import { AuditedTransactions } from '../audit/audited-transactions.js';
import { type FieldChange, fieldChanges, redactedChange } from '../audit/field-changes.js';
import { tokenSuffix, generateToken } from '../crypto/token.js';
import { expectMatch } from '../http/resource.js';
import { ApiKeyDto, CreatedApiKeyDto, statusOf } from './api-key.dto.js';
import type { RotateApiKeyDto } from './api-key-input.dto.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeyExpired, ApiKeyRevoked } from './api-keys.problems.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { KeyExpiry } from './key-expiry.js';
import { requireWithinLimits } from './key-limits.js';
import { KeyOwnership, keyTarget } from './key-ownership.js';
import { KeyTokens } from './key-tokens.js';

/** Gives keys new tokens. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly audited: AuditedTransactions,
    private readonly keys: ApiKeysRepository,
    private readonly expiry: KeyExpiry,
    private readonly ownership: KeyOwnership,
    private readonly tokens: KeyTokens,
  ) {}

  /**
   * The old token ends now, or after the overlap, but never later than the key. Those of earlier rotations end at
   * once. A token that was itself rotated away rotates nothing: whoever found it would get the next one.
   */
  rotate(
    by: Principal,
    id: string,
    { overlapSeconds = 0, expiresAt: asked }: RotateApiKeyDto,
  ): Promise<CreatedApiKeyDto> {
    const token = generateToken('key');
    return this.audited.runAlone(by, async (tx) => {
      if (tx.by.isSuperseded) throw new TokenSuperseded('Rotate with the token that took its place.');
      const key = await this.ownership.lockOwned(tx, id);
      expectMatch(by, ApiKeyDto.from(key, tx.at));
      requireRotatable(key, tx.at);
      const expiry = { asked, otherwise: key.expiresAt, at: tx.at };
      const expiresAt = await this.expiry.of(tx, key.teamId, expiry);
      requireWithinLimits(tx.by, { ...key, expiresAt });
      await this.tokens.end(tx, { id, expiresAt }, overlapSeconds);
      await this.tokens.insert(tx, id, token);
      const edit = { lastEight: tokenSuffix(token), rotatedAt: tx.at, expiresAt };
      const rotated = { ...key, ...edit };
      await this.keys.update(tx, { id }, edit);
      tx.record('api-key.rotated', keyTarget(key), {
        teamId: key.teamId,
        changes: rotationChanges(key, rotated, overlapSeconds),
      });
      return CreatedApiKeyDto.of(ApiKeyDto.from(rotated, tx.at), token);
    });
  }
}

function requireRotatable(key: ApiKey, at: Date): void {
  const status = statusOf(key, at);
  if (status === 'revoked') throw new ApiKeyRevoked('A revoked key cannot be rotated.');
  if (status === 'expired') throw new ApiKeyExpired('An expired key cannot be rotated.');
}

const rotationChanges = (before: ApiKey, after: ApiKey, overlapSeconds: number): FieldChange[] => [
  redactedChange('token'),
  ...fieldChanges(before, after, ['lastEight', 'expiresAt']),
  { field: 'overlapSeconds', from: null, to: overlapSeconds },
];
