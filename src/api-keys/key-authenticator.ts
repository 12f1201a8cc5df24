import { Injectable } from '@nestjs/common';
import { AddressNotAllowed, CredentialExpired, CredentialRevoked } from '../access/access.problems.js';
import { effectiveAbilities } from '../access/effective-abilities.js';
import type { Plan } from '../access/plan.js';
import type { Initiator, KeyLimits, Principal, RequestContext } from '../access/principal.js';
import type { Role } from '../access/role.js';
import type { Ability } from '../access/ability.js';
import { Changes } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { Once } from '../common/once.js';
import { Reads } from '../database/reads.js';
import { toDate } from '../database/row-reader.js';
import { ApiKey } from './api-key.entity.js';
import { isAllowedIp } from './ip-allow-list.js';
import { LastUse } from './last-use.js';

/** Everything a request needs to know of its key, in one look-up by the digest of its token. */
const BY_DIGEST = `
  SELECT k.id, k.name, k.abilities, k.allowedIps, k.expiresAt, k.revokedAt, k.rotatedAt, k.lastUsedAt, k.teamId, k.userId,
         x.validUntil, u.name AS userName, m.role, m.readOnly, t.name AS teamName, t.plan
    FROM api_key_tokens x
    JOIN api_keys k ON k.id = x.keyId
    JOIN users u ON u.id = k.userId
    LEFT JOIN memberships m ON m.teamId = k.teamId AND m.userId = k.userId
    JOIN teams t ON t.id = k.teamId
   WHERE x.digest = ?`;

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly abilities: string;
  readonly allowedIps: string;
  readonly expiresAt: unknown;
  readonly revokedAt: unknown;
  readonly rotatedAt: unknown;
  readonly lastUsedAt: unknown;
  readonly validUntil: unknown;
  readonly teamId: string;
  readonly userId: string;
  readonly userName: string;
  /** Null for somebody who left the team. */
  readonly role: Role | null;
  readonly readOnly: number;
  readonly teamName: string;
  readonly plan: Plan;
}

/** What a key is used for in vain. */
type KeyMisuse = 'api-key.used-after-revocation' | 'api-key.address-refused';

const MINUTE = 60_000;

/** Finds the principal behind the token of an API key. */
@Injectable()
export class KeyAuthenticator {
  private readonly reported: Once;

  constructor(
    private readonly reads: Reads,
    private readonly changes: Changes,
    private readonly lastUse: LastUse,
    private readonly clock: Clock,
  ) {
    this.reported = new Once(MINUTE, clock);
  }

  /**
   * The caller, or null where no key of a member has this token. Throws `CredentialRevoked`,
   * `CredentialExpired` or `AddressNotAllowed` where one has, but it does not work any more or from here.
   */
  async authenticate(digest: string, context: RequestContext): Promise<Principal | null> {
    const [row] = await this.reads.query<KeyRow>(BY_DIGEST, [digest]);
    if (!row) return null;
    const { role } = row;
    if (role === null) {
      await this.report('api-key.used-after-revocation', row, context);
      return null;
    }
    const now = this.clock.now();
    await this.refuseEnded(row, now, context);
    const allowedIps = row.allowedIps === '[]' ? [] : (JSON.parse(row.allowedIps) as string[]);
    if (!isAllowedIp(allowedIps, context.ip)) {
      await this.report('api-key.address-refused', row, context);
      throw new AddressNotAllowed('The key may not be used from this address.', { clientIp: context.ip });
    }
    this.noteUse(row, now, context.ip);
    return principalOf(row, role, { expiresAt: toDate(row.expiresAt), allowedIps }, context);
  }

  private noteUse({ id, lastUsedAt }: KeyRow, now: Date, ip: string | null): void {
    this.lastUse.note(id, toDate(lastUsedAt), now, ip, (manager, keyId, at, lastUsedIp) =>
      manager.update(ApiKey, { id: keyId }, { lastUsedAt: at, lastUsedIp }),
    );
  }

  private async refuseEnded(row: KeyRow, now: Date, context: RequestContext): Promise<void> {
    const revokedAt = toDate(row.revokedAt) ?? rotatedAway(row, now);
    const expiredAt = endedBefore(row.expiresAt, now);
    if (!revokedAt && !expiredAt) return;
    await this.report('api-key.used-after-revocation', row, context);
    if (revokedAt)
      throw new CredentialRevoked('The key was revoked, or its token rotated away.', { revokedAt });
    throw new CredentialExpired('The key has expired.', { expiredAt });
  }

  /** Once a minute for each key and address: what uses a key in vain is often a program that goes on and on. */
  private async report(action: KeyMisuse, row: KeyRow, context: RequestContext): Promise<void> {
    if (!this.reported.first(`${action} ${row.id} ${context.counted.own}`)) return;
    const by: Initiator = { actor: actorOf(row), teamId: row.teamId, context };
    await this.changes.run(by, async (change) =>
      change.record(action, { type: 'api-key', id: row.id, name: row.name }, { outcome: 'denied' }),
    );
  }
}

function endedBefore(raw: unknown, now: Date): Date | null {
  const end = toDate(raw);
  return end && end <= now ? end : null;
}

/**
 * When the token was rotated away, or null while it works. A token without an overlap ended with the
 * rotation itself, whatever the clock of this process says.
 */
function rotatedAway({ validUntil, rotatedAt }: KeyRow, now: Date): Date | null {
  const end = toDate(validUntil);
  const rotation = toDate(rotatedAt);
  return end && (end <= now || (rotation && end <= rotation)) ? end : null;
}

const actorOf = ({ userId, userName, id, name }: KeyRow) => ({
  type: 'api-key' as const,
  id: userId,
  name: userName,
  via: { id, name },
});

const principalOf = (row: KeyRow, role: Role, keyLimits: KeyLimits, context: RequestContext): Principal => ({
  actor: actorOf(row),
  userId: row.userId,
  teamId: row.teamId,
  teamName: row.teamName,
  role,
  plan: row.plan,
  abilities: effectiveAbilities({
    role,
    readOnly: Boolean(row.readOnly),
    keyAbilities: JSON.parse(row.abilities) as Ability[],
  }),
  keyId: row.id,
  keyLimits,
  sessionId: null,
  context,
});
