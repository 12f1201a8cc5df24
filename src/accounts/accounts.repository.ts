import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import { User } from './user.entity.js';

const EXIST = 'SELECT 1 FROM users LIMIT 1';

@Injectable()
export class AccountsRepository extends BaseRepository<User> {
  constructor(@InjectRepository(User) users: Repository<User>, sql: SqlReader) {
    super(users, sql);
  }

  find(id: string): Promise<User | null> {
    return this.sql.selectOne(User, 't.id = ?', [id]);
  }

  /** Whose address is stored under one of two keys. */
  findByEmailKeys(keys: readonly [string, string]): Promise<User[]> {
    return this.sql.select(User, {
      where: 't.emailKey IN (?, ?)',
      values: keys,
      orderBy: 't.emailKey',
      limit: 2,
    });
  }

  /** Within a transaction, so that also an account that it just made is found. */
  findMailbox(tx: Transaction, id: string): Promise<Pick<User, 'email' | 'emailVerifiedAt'>> {
    const select = { id: true, email: true, emailVerifiedAt: true } as const;
    return this.within(tx).findOneOrFail({ select, where: { id } });
  }

  /** Whether there is any account. */
  async exist(): Promise<boolean> {
    return (await this.sql.query(EXIST, [])).length > 0;
  }

  /** The same within a transaction. */
  existIn(tx: Transaction): Promise<boolean> {
    return this.within(tx).exists();
  }

  async setPassword(tx: Transaction, id: string, passwordHash: string, at: Date): Promise<void> {
    await this.update(tx, { id }, { passwordHash, updatedAt: at });
  }
}
