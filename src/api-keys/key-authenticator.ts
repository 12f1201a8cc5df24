import { Injectable } from '@nestjs/common';
import { AddressNotAllowed, CredentialExpired, CredentialRevoked } from '../access/access.problems.js';
import { effectiveAbilities } from '../access/effective-abilities.js';
import { limitKey } from '../access/limit-key.js';
import type { Plan } from '../access/plan.js';
import type { Initiator, Principal, RequestContext } from '../access/principal.js';
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
  SELECT k.id, k.name, k.abilities, k.allowedIps, k.expiresAt, k.revokedAt, k.lastUsedAt, k.teamId, k.userId,
         x.validUntil, u.name AS userName, m.role, m.readOnly, t.name AS teamName, t.plan
    FROM api_key_tokens x
    JOIN api_keys k ON k.id = x.keyId
    JOIN users u ON u.id = k.userId
    JOIN memberships m ON m.teamId = k.teamId AND m.userId = k.userId
    JOIN teams t ON t.id = k.teamId
   WHERE x.digest = ?`;

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly abilities: string;
  readonly allowedIps: string;
  readonly expiresAt: unknown;
  readonly revokedAt: unknown;
  readonly lastUsedAt: unknown;
  readonly validUntil: unknown;
  readonly teamId: string;
  readonly userId: string;
  readonly userName: string;
  readonly role: Role;
  readonly readOnly: number;
  readonly teamName: string;
  readonly plan: Plan;
}

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
    const now = this.clock.now();
    await this.refuseEnded(row, now, context);
    if (row.allowedIps !== '[]' && !isAllowedIp(JSON.parse(row.allowedIps) as string[], context.ip))
      throw new AddressNotAllowed('The key may not be used from this address.', { clientIp: context.ip });
    this.lastUse.note(
      row.id,
      toDate(row.lastUsedAt),
      now,
      context.ip,
      (manager, id, lastUsedAt, lastUsedIp) => manager.update(ApiKey, { id }, { lastUsedAt, lastUsedIp }),
    );
    return principalOf(row, context);
  }

  private async refuseEnded(row: KeyRow, now: Date, context: RequestContext): Promise<void> {
    const revokedAt = toDate(row.revokedAt) ?? endedBefore(row.validUntil, now);
    const expiredAt = endedBefore(row.expiresAt, now);
    if (!revokedAt && !expiredAt) return;
    await this.report(row, context);
    if (revokedAt)
      throw new CredentialRevoked('The key was revoked, or its token rotated away.', { revokedAt });
    throw new CredentialExpired('The key has expired.', { expiredAt });
  }

  /** Once a minute for each key and address: what uses a dead key is often a program that goes on and on. */
  private async report(row: KeyRow, context: RequestContext): Promise<void> {
    if (!this.reported.first(`${row.id} ${limitKey(context.ip)}`)) return;
    const by: Initiator = { actor: actorOf(row), teamId: row.teamId, context };
    await this.changes.run(by, async (change) =>
      change.record(
        'api-key.used-after-revocation',
        { type: 'api-key', id: row.id, name: row.name },
        { outcome: 'denied' },
      ),
    );
  }
}

function endedBefore(raw: unknown, now: Date): Date | null {
  const end = toDate(raw);
  return end && end <= now ? end : null;
}

const actorOf = ({ userId, userName, id, name }: KeyRow) => ({
  type: 'api-key' as const,
  id: userId,
  name: userName,
  via: { id, name },
});

const principalOf = (row: KeyRow, context: RequestContext): Principal => ({
  actor: actorOf(row),
  userId: row.userId,
  teamId: row.teamId,
  teamName: row.teamName,
  role: row.role,
  plan: row.plan,
  abilities: effectiveAbilities({
    role: row.role,
    readOnly: Boolean(row.readOnly),
    keyAbilities: JSON.parse(row.abilities) as Ability[],
  }),
  keyId: row.id,
  sessionId: null,
  context,
});
