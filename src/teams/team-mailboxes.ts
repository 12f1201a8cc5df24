import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { emailKey } from '../accounts/email.js';

const VERIFIED = `
  SELECT 1 FROM memberships m JOIN users u ON u.id = m.userId
   WHERE m.teamId = ? AND u.emailKey = ? AND u.emailVerifiedAt IS NOT NULL LIMIT 1`;

/** Whose the mailboxes of a team's people are. */
@Injectable()
export class TeamMailboxes {
  /** Whether `address` is that of a member, and known to be theirs. */
  async isVerified(manager: EntityManager, teamId: string, address: string): Promise<boolean> {
    return (await manager.query<unknown[]>(VERIFIED, [teamId, emailKey(address)])).length > 0;
  }
}
