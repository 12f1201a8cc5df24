import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { And, Equal, In, Repository } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import { type Reach, withinReach } from '../auth/project-reach.js';
import { BaseRepository } from '../database/base.repository.js';
import { allOf, type Condition } from '../database/condition.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import { Project } from './project.entity.js';

@Injectable()
export class ProjectsRepository extends BaseRepository<Project> {
  constructor(@InjectRepository(Project) projects: Repository<Project>, sql: SqlReader) {
    super(projects, sql);
  }

  /** The projects of the team that the caller reaches, oldest first. */
  listing(by: Principal): Listing<Project> {
    return { entity: Project, conditions: reachedBy(by), orderBy: ['id'], descending: false };
  }

  /** A project of the team that the caller reaches. */
  findReached(by: Principal, id: string): Promise<Project | null> {
    const { where, values } = allOf([['t.id = ?', id], ...reachedBy(by)]);
    return this.sql.selectOne(Project, where, values);
  }

  /** A project of the team that is within `reach`. */
  findWithin(tx: Transaction, teamId: string, id: string, reach: Reach): Promise<Project | null> {
    const within = reach === null ? id : And(Equal(id), In([...reach]));
    return this.within(tx).findOneBy({ teamId, id: within });
  }

  /** The oldest project of a team. */
  findFirst(tx: Transaction, teamId: string): Promise<Project | null> {
    return this.within(tx).findOne({ where: { teamId }, order: { id: 'ASC' } });
  }

  /** Those of `ids` that are projects of the team. */
  async findOwned(tx: Transaction, teamId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const found = await this.within(tx).find({ select: { id: true }, where: { teamId, id: In([...ids]) } });
    return new Set(found.map(({ id }) => id));
  }

  count(tx: Transaction, teamId: string): Promise<number> {
    return this.within(tx).countBy({ teamId });
  }
}

const reachedBy = (by: Principal): Condition[] => [['t.teamId = ?', by.teamId], ...withinReach(by, 't.id')];
