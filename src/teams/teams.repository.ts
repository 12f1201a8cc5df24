import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import { Team } from './team.entity.js';

const FIND_NAME = 'SELECT name FROM teams WHERE id = ?';

@Injectable()
export class TeamsRepository extends BaseRepository<Team> {
  constructor(@InjectRepository(Team) teams: Repository<Team>, sql: SqlReader) {
    super(teams, sql);
  }

  find(id: string): Promise<Team | null> {
    return this.sql.selectOne(Team, 't.id = ?', [id]);
  }

  /** A team that is there. */
  findIn(tx: Transaction, id: string): Promise<Team> {
    return this.within(tx).findOneByOrFail({ id });
  }

  /** What a team that is there is called. */
  async findName(id: string): Promise<string> {
    const [team] = await this.sql.query<{ name: string }>(FIND_NAME, [id]);
    return team!.name;
  }

  /** The same within a transaction. */
  async findNameIn({ manager }: Transaction, id: string): Promise<string> {
    const [team] = await manager.query<Array<{ name: string }>>(FIND_NAME, [id]);
    return team!.name;
  }
}
