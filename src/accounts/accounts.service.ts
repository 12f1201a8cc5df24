import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { fieldChanges, createdFields } from '../audit/field-changes.js';
import { newId } from '../common/id.js';
import { isUniqueViolation } from '../database/errors.js';
import type { Transaction } from '../database/transactions.js';
import { expectMatch } from '../http/resource.js';
import { AccountDto, type UpdateAccountDto } from './account.dto.js';
import { EmailTaken } from './accounts.problems.js';
import { AccountsRepository } from './accounts.repository.js';
import { emailKey, foldedEmail } from './email.js';
import type { User } from './user.entity.js';

/** Who wants an account. */
export interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  /** Whether it is known that the address is theirs. */
  readonly isVerified: boolean;
}

export const userTarget = ({ id, name }: Pick<User, 'id' | 'name'>): Target => ({ type: 'user', id, name });

@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly audited: AuditedTransactions,
  ) {}

  async get(by: Principal): Promise<AccountDto> {
    return AccountDto.from((await this.accounts.find(by.userId))!);
  }

  update(by: Principal, input: UpdateAccountDto): Promise<AccountDto> {
    return this.audited.run(by, async (tx) => {
      const user = (await this.accounts.lock(tx, { id: by.userId }))!;
      expectMatch(by, AccountDto.from(user));
      const updated = { ...user, ...input, updatedAt: tx.at };
      await this.accounts.update(tx, { id: user.id }, { ...input, updatedAt: tx.at });
      tx.record('user.updated', userTarget(updated), {
        changes: fieldChanges(user, updated, ['name', 'timeZone']),
      });
      return AccountDto.from(updated);
    });
  }

  /** Some are stored as they were written, from before there was one key for all spellings of a domain: those count first. */
  async findByEmail(email: string): Promise<User | null> {
    const written = foldedEmail(email);
    const users = await this.accounts.findByEmailKeys([emailKey(email), written]);
    return users.find((user) => user.emailKey === written) ?? users[0] ?? null;
  }

  /** Within a transaction, so that also an account that it just made is found. */
  mailboxOf(tx: Transaction, id: string): Promise<Pick<User, 'email' | 'emailVerifiedAt'>> {
    return this.accounts.findMailbox(tx, id);
  }

  /** Adds a user within a change that the caller records. Throws `EmailTaken`. */
  async insert(tx: AuditedTransaction, { name, email, passwordHash, isVerified }: NewUser): Promise<User> {
    const user: User = {
      id: newId('usr'),
      name,
      email,
      emailKey: emailKey(email),
      passwordHash,
      timeZone: 'UTC',
      emailVerifiedAt: isVerified ? tx.at : null,
      createdAt: tx.at,
      updatedAt: tx.at,
    };
    try {
      await this.accounts.insert(tx, user);
    } catch (error) {
      if (isUniqueViolation(error))
        throw new EmailTaken('An account with this e-mail address cannot be created.');
      throw error;
    }
    return user;
  }
}

/** What the log tells of a new account. */
export const userCreated = (user: User) => createdFields(user, ['name', 'timeZone']);
