import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transactions.js';
import { validationFailed } from '../http/validation.pipe.js';
import { PlansRepository } from '../plans/plans.repository.js';

const DAY_MS = 24 * 3_600_000;

/** What is known of a key's expiry: what is asked for, what it is where nothing is, and since when it counts. */
interface Expiry {
  /** As the caller wrote it; null for never. */
  readonly asked: string | null | undefined;
  readonly otherwise: Date | null;
  readonly at: Date;
}

/** How long keys live. */
@Injectable()
export class KeyExpiry {
  constructor(private readonly plans: PlansRepository) {}

  /**
   * When a key of the team ends that is made or renewed now. What is asked for must be in the future and within the
   * team's maximum lifetime, or else is refused; what is not asked for is cut down to it.
   */
  async of(tx: Transaction, teamId: string, { asked, otherwise, at }: Expiry): Promise<Date | null> {
    const latest = await this.latest(tx, teamId, at);
    if (asked === undefined) return latest && isBeyond(otherwise, latest) ? latest : otherwise;
    const wanted = asked === null ? null : new Date(asked);
    if (wanted && wanted <= at) throw refused('future', 'expiresAt must be in the future.');
    if (latest && isBeyond(wanted, latest))
      throw refused('max-lifetime', `The team lets keys live until ${latest.toISOString()} at most.`);
    return wanted;
  }

  /** Null where the team sets no limit. Holds the row of the team, so that this stays true. */
  private async latest(tx: Transaction, teamId: string, at: Date): Promise<Date | null> {
    const days = await this.plans.lockMaxKeyLifetime(tx, teamId);
    return days === null ? null : new Date(at.getTime() + days * DAY_MS);
  }
}

/** Whether a key that expires `end`, null for never, works longer than until `limit`. */
export const isBeyond = (end: Date | null, limit: Date): boolean => end === null || end > limit;

const refused = (code: string, message: string) => validationFailed({ pointer: '/expiresAt', code, message });
