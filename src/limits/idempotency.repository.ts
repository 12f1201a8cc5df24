import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, IsNull, LessThan, Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';

/** One attempt at a request: none after another has taken over. */
export type Claim = Pick<IdempotencyRecord, 'digest' | 'claim'>;

type Where = FindOptionsWhere<IdempotencyRecord>;

@Injectable()
export class IdempotencyRepository extends BaseRepository<IdempotencyRecord> {
  constructor(@InjectRepository(IdempotencyRecord) records: Repository<IdempotencyRecord>, sql: SqlReader) {
    super(records, sql);
  }

  find(digest: string): Promise<IdempotencyRecord | null> {
    return this.sql.selectOne(IdempotencyRecord, 't.digest = ?', [digest]);
  }

  /** Forgets an attempt, unless its change was committed. */
  async deleteUncommitted(tx: Transaction, own: Claim): Promise<void> {
    await this.delete(tx, { ...own, committedAt: IsNull() });
  }

  /** Forgets `most` records whose time is over. Answers how many there were. */
  async deleteExpired(tx: Transaction, now: Date, most: number): Promise<number> {
    const { digests, where } = await this.findBatch(tx, { expiresAt: LessThan(now) }, most);
    if (digests.length > 0) await this.delete(tx, where);
    return digests.length;
  }

  /** Forgets `most` answers whose time is over, and keeps that there was one. Answers how many there were. */
  async deleteExpiredAnswers(tx: Transaction, now: Date, most: number): Promise<number> {
    const { digests, where } = await this.findBatch(tx, { answerExpiresAt: LessThan(now) }, most);
    if (digests.length > 0) await this.update(tx, where, { answer: null, answerExpiresAt: null });
    return digests.length;
  }

  private async findBatch(tx: Transaction, where: Where, most: number) {
    const records = await this.within(tx).find({ select: { digest: true }, where, take: most });
    const digests = records.map(({ digest }) => digest);
    return { digests, where: { ...where, digest: In(digests) } };
  }
}
