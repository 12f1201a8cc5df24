import { Injectable } from '@nestjs/common';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { Passwords } from '../accounts/passwords.js';
import type { User } from '../accounts/user.entity.js';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { isUnavailable } from '../database/errors.js';
import type { CountedAs } from '../forwarding/client.js';
import { FailedAttempts } from '../auth/failed-attempts.js';
import { RateLimited } from '../limits/limits.problems.js';

/** Whose password is asked for, and from where. */
export interface PasswordAttempt {
  readonly counted: CountedAs;
  readonly emailKey: string;
}

/** Checks passwords, and slows guessing them down. */
@Injectable()
export class PasswordVerifier {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly passwords: Passwords,
    private readonly failures: FailedAttempts,
  ) {}

  /**
   * The user that `find` finds, and whether `password` is theirs. Counted as a failed attempt unless it is, or
   * could not be looked at: then the caller is not at fault.
   */
  async check(
    { counted, emailKey }: PasswordAttempt,
    password: string,
    find: () => Promise<User | null>,
  ): Promise<{ user: User | null; fits: boolean }> {
    await this.failures.attempt(counted, emailKey);
    try {
      const user = await find();
      const fits = await this.passwords.verify(user?.passwordHash ?? null, password);
      if (fits) await this.failures.refund(counted, emailKey);
      return { user, fits };
    } catch (error) {
      if (isUnavailable(error) || error instanceof RateLimited) await this.failures.refund(counted, emailKey);
      throw error;
    }
  }

  /** Holds the row of `user` within a change. False where the password was changed since it was checked. */
  async stillHolds(tx: AuditedTransaction, { id, passwordHash }: User): Promise<boolean> {
    return (await this.accounts.lock(tx, { id }))?.passwordHash === passwordHash;
  }
}
