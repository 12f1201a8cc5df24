import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull } from 'typeorm';
import { Ability } from '../auth/ability.js';
import { requireAbilities } from '../auth/abilities.guard.js';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { createdFields } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { generateToken } from '../crypto/token.js';
import { allOf } from '../database/condition.js';
import { SqlReader } from '../database/sql-reader.js';
import { type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { Quotas } from '../plans/quotas.js';
import { ApiKeyDto, CreatedApiKeyDto } from './api-key.dto.js';
import type {
  CreateApiKeyDto,
  ListApiKeysDto,
  RevokeApiKeyDto,
  UpdateApiKeyDto,
} from './api-key-input.dto.js';
import { ApiKey } from './api-key.entity.js';
import { editKey, isSwitch, recordEdit } from './key-edit.js';
import { keyListing } from './key-listing.js';
import { keyNotFound, keyTarget, lockManageable, lockOwned, mayManage } from './key-ownership.js';
import { keysWithinReach, whereKeyIsReached } from './key-reach.js';
import { KeyTokens } from './key-tokens.js';
import { newKey } from './new-key.js';

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly reads: SqlReader,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly quotas: Quotas,
    private readonly tokens: KeyTokens,
    private readonly clock: Clock,
  ) {}

  /** Creates a key in the caller's team. Its token is in the answer and nowhere else. */
  async create(by: Principal, input: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const token = generateToken('key');
    const key = await this.audited.run(by, async (tx) => {
      const row = await newKey(tx, input, token);
      await this.quotas.requireRoom(tx.manager, by.teamId, 'apiKeys', () =>
        tx.manager.countBy(ApiKey, { teamId: by.teamId, revokedAt: IsNull() }),
      );
      await tx.manager.insert(ApiKey, row);
      await this.tokens.insert(tx, row.id, token);
      tx.record('api-key.created', keyTarget(row), {
        changes: createdFields(row, [
          'name',
          'abilities',
          'allowedIps',
          'projectIds',
          'expiresAt',
          'lastEight',
        ]),
      });
      return row;
    });
    return CreatedApiKeyDto.of(this.present(key), token);
  }

  /** The caller's own keys in all teams, or everybody's of the current team, newest first. */
  async list(by: Principal, query: ListApiKeysDto): Promise<Page<ApiKeyDto>> {
    if (query.owner === 'team') requireAbilities(by, [Ability.MembersWrite]);
    return this.pages.read(by, keyListing(by, query, this.clock.now()), query, (key) => this.present(key));
  }

  /** One of the caller's own keys or, for those who manage members, any of the team. */
  async get(by: Principal, id: string): Promise<ApiKeyDto> {
    const { where, values } = allOf([['t.id = ?', id], ...keysWithinReach(by)]);
    const key = await this.reads.selectOne(ApiKey, where, values);
    if (!key || !mayManage(by, key)) throw keyNotFound(id);
    return this.present(key);
  }

  /** Renames, restricts, prolongs, disables or enables a key. */
  update(by: Principal, id: string, input: UpdateApiKeyDto): Promise<ApiKeyDto> {
    return this.audited.runAlone(by, async (tx) => {
      const key = await (isSwitch(tx.by, input) ? lockManageable(tx, id) : lockOwned(tx, id));
      expectMatch(by, this.present(key));
      const edit = await editKey(tx, key, input);
      const updated = { ...key, ...edit };
      await tx.manager.update(ApiKey, { id }, edit);
      recordEdit(tx, key, updated);
      return this.present(updated);
    });
  }

  /**
   * Revokes a key at once and for good, and those it made where that is asked for, also when it was revoked before
   * without them. The rows stay as tombstones. Where nothing is left to revoke, there is no such key.
   */
  revoke(by: Principal, id: string, { descendants }: RevokeApiKeyDto): Promise<void> {
    return this.audited.runAlone(by, async (tx) => {
      const key = await lockManageable(tx, id);
      expectMatch(by, this.present(key));
      if (!key.revokedAt) await this.end(tx, key);
      const ended = descendants
        ? await this.revokeWhere(tx, { createdByKeyId: id, ...whereKeyIsReached(tx.by) })
        : 0;
      if (key.revokedAt && ended === 0) throw keyNotFound(id);
    });
  }

  /** Revokes all keys a person has in a team, within a change that ends their membership. */
  async revokeAllOf(tx: AuditedTransaction, teamId: string, userId: string): Promise<void> {
    await this.revokeWhere(tx, { teamId, userId });
  }

  /** Gives their number. A key that a key made makes none itself, so that these have no descendants of their own. */
  private async revokeWhere(tx: AuditedTransaction, where: FindOptionsWhere<ApiKey>): Promise<number> {
    const keys = await tx.manager.findBy(ApiKey, { ...where, revokedAt: IsNull() });
    for (const key of keys) await this.end(tx, key);
    return keys.length;
  }

  private async end(tx: AuditedTransaction, key: ApiKey): Promise<void> {
    await tx.manager.update(ApiKey, { id: key.id }, { revokedAt: tx.at });
    tx.record('api-key.revoked', keyTarget(key), { teamId: key.teamId });
  }

  private present(key: ApiKey): ApiKeyDto {
    return ApiKeyDto.from(key, this.clock.now());
  }
}
