import { Injectable } from '@nestjs/common';
import { emailKey } from '../accounts/email.js';
import type { Transaction } from '../database/transactions.js';

const VERIFIED = `
  SELECT 1 FROM memberships m JOIN users u ON u.id = m.userId
   WHERE m.teamId = ? AND u.emailKey = ? AND u.emailVerifiedAt IS NOT NULL LIMIT 1`;

/** Whose the mailboxes of a team's people are. */
@Injectable()
export class TeamMailboxes {
  /** Whether `address` is that of a member, and known to be theirs. */
  async isVerified({ manager }: Transaction, teamId: string, address: string): Promise<boolean> {
    return (await manager.query<unknown[]>(VERIFIED, [teamId, emailKey(address)])).length > 0;
  }
}
