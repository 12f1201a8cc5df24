import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, MoreThan, Repository } from 'typeorm';
import { BaseRepository } from '../../database/base.repository.js';
import { SqlReader } from '../../database/sql-reader.js';
import type { Transaction } from '../../database/transactions.js';
import { AddressConfirmation } from './address-confirmation.entity.js';
import { DeclinedAddress } from './declined-address.entity.js';

/** Whom e-mails asked: one address, or those whom one team named. */
type Asked = Pick<AddressConfirmation, 'addressDigest'> | Pick<AddressConfirmation, 'teamId'>;

const FIND_DECLINED = 'SELECT 1 FROM declined_addresses WHERE addressDigest = ?';

/** What owners of addresses were asked, and who wants to be asked no more. */
@Injectable()
export class RecipientsRepository extends BaseRepository<AddressConfirmation> {
  constructor(
    @InjectRepository(AddressConfirmation) confirmations: Repository<AddressConfirmation>,
    @InjectRepository(DeclinedAddress) private readonly declined: Repository<DeclinedAddress>,
    sql: SqlReader,
  ) {
    super(confirmations, sql);
  }

  /** Whose link has a token with one of these digests. */
  findByDigest(digests: readonly [string, string]): Promise<AddressConfirmation | null> {
    return this.sql.selectOne(AddressConfirmation, 't.digest IN (?, ?)', digests);
  }

  /** The `n`th latest that was asked since then; null where there are fewer. */
  async findNthLatest(
    tx: Transaction,
    asked: Asked,
    since: Date,
    n: number,
  ): Promise<AddressConfirmation | null> {
    const where = { ...asked, createdAt: MoreThan(since) };
    const latest = await this.within(tx).find({ where, order: { createdAt: 'DESC' }, take: n });
    return latest[n - 1] ?? null;
  }

  async deleteBefore(tx: Transaction, limit: Date): Promise<void> {
    await this.delete(tx, { createdAt: LessThan(limit) });
  }

  /** Whether the owner of the address with this digest wants to be asked no more. */
  async hasDeclined(addressDigest: string): Promise<boolean> {
    return (await this.sql.query(FIND_DECLINED, [addressDigest])).length > 0;
  }

  /** Notes that they do, or that they said it again. */
  async addDeclined({ manager }: Transaction, declined: DeclinedAddress): Promise<void> {
    await manager.withRepository(this.declined).upsert(declined, ['addressDigest']);
  }

  /** Answers whether they did. */
  async deleteDeclined({ manager }: Transaction, addressDigest: string): Promise<boolean> {
    return (await manager.withRepository(this.declined).delete({ addressDigest })).affected! > 0;
  }
}
