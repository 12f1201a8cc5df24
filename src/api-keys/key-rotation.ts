import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { Changes } from '../audit/changes.js';
import { type FieldChange, redactedChange } from '../audit/field-changes.js';
import { lastEight, mintToken } from '../crypto/token.js';
import { ApiKeyDto, CreatedApiKeyDto, statusOf } from './api-key.dto.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyExpired, ApiKeyRevoked, TokenSuperseded } from './api-keys.problems.js';
import { keyTarget, lockOwn } from './key-ownership.js';
import { KeyTokens } from './key-tokens.js';

/** Gives keys new tokens. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly changes: Changes,
    private readonly tokens: KeyTokens,
  ) {}

  /**
   * The old token ends now, or after the overlap, but never later than the key. Those of earlier rotations end at
   * once. A token that was itself rotated away rotates nothing: whoever found it would get the next one.
   */
  rotate(by: Principal, id: string, overlapSeconds = 0): Promise<CreatedApiKeyDto> {
    const token = mintToken('key');
    return this.changes.runAlone(by, async (change) => {
      if (change.by.isSuperseded) throw new TokenSuperseded('Rotate with the token that took its place.');
      const key = await lockOwn(change, id);
      const status = statusOf(key, change.at);
      if (status === 'revoked') throw new ApiKeyRevoked('A revoked key cannot be rotated.');
      if (status === 'expired') throw new ApiKeyExpired('An expired key cannot be rotated.');
      await this.tokens.end(change, key, overlapSeconds);
      await this.tokens.insert(change, id, token);
      const rotated = { lastEight: lastEight(token), rotatedAt: change.at };
      await change.manager.update(ApiKey, { id }, rotated);
      change.record('api-key.rotated', keyTarget(key), {
        teamId: key.teamId,
        changes: rotationChanges(key.lastEight, rotated.lastEight, overlapSeconds),
      });
      return CreatedApiKeyDto.of(ApiKeyDto.from({ ...key, ...rotated }, change.at), token);
    });
  }
}

const rotationChanges = (from: string, to: string, overlapSeconds: number): FieldChange[] => [
  redactedChange('token'),
  { field: 'lastEight', from, to },
  { field: 'overlapSeconds', from: null, to: overlapSeconds },
];
