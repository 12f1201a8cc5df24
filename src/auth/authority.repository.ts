import { Injectable } from '@nestjs/common';
import { dialect } from '../config/dialect.js';
import type { Transaction } from '../database/transactions.js';
import type { Hold } from './principal.js';

/** Where the credential of a caller is. */
type Credentials = 'api_keys' | 'sessions';

interface Held {
  readonly teamId: string;
  readonly userId: string;
  readonly credentials: Credentials;
  readonly credentialId: string;
}

/** Reads a column that is in no index: a shared lock of what an index alone answers is on the index alone. */
const SHARED = (credentials: Credentials) => `
  SELECT m.role
    FROM memberships m
    STRAIGHT_JOIN ${credentials} c ON c.id = ?
   WHERE m.teamId = ? AND m.userId = ?
    LOCK IN SHARE MODE`;

const MEMBER = 'SELECT id FROM memberships WHERE teamId = ? AND userId = ? FOR UPDATE';

const MEMBERS = `
  SELECT id FROM memberships FORCE INDEX (memberships_teamId) WHERE teamId = ? ORDER BY id FOR UPDATE`;

const CREDENTIAL = (credentials: Credentials) => `SELECT id FROM ${credentials} WHERE id = ? FOR UPDATE`;

/** What the authority of callers rests on, whichever credential they have. */
@Injectable()
export class AuthorityRepository {
  /**
   * Holds the membership and the credential of a caller: shared, or alone all memberships of the team. Whoever
   * takes authority away changes one of these rows, and so waits for the changes that rest on it. Memberships come
   * first, also that of another team.
   *
   * What is read after this in the transaction is as it is now: it reads what is committed.
   */
  async lock(
    tx: Transaction,
    { teamId, userId, credentials, credentialId }: Held,
    hold: Hold,
  ): Promise<void> {
    if (dialect === 'sqlite') return;
    const { manager } = tx;
    if (hold === 'shared') {
      await manager.query(SHARED(credentials), [credentialId, teamId, userId]);
      return;
    }
    const otherId = hold === 'alone' || hold.alsoIn === teamId ? null : hold.alsoIn;
    // Of several teams in the order of their identifiers, so that those who go opposite ways do not wait crosswise.
    if (otherId !== null && otherId < teamId) await manager.query(MEMBER, [otherId, userId]);
    await this.lockMembers(tx, teamId);
    if (otherId !== null && otherId > teamId) await manager.query(MEMBER, [otherId, userId]);
    await manager.query(CREDENTIAL(credentials), [credentialId]);
  }

  /** Has no change of a team's callers run until the transaction ends. Taken before the row of the team. */
  async lockMembers({ manager }: Transaction, teamId: string): Promise<void> {
    if (dialect === 'mysql') await manager.query(MEMBERS, [teamId]);
  }
}
