import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull } from 'typeorm';
import { Ability } from '../auth/ability.js';
import { requireAbilities } from '../auth/abilities.guard.js';
import type { Principal } from '../auth/principal.js';
import { type Change, Changes } from '../audit/changes.js';
import { initialFields } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { mintToken } from '../crypto/token.js';
import { allOf } from '../database/condition.js';
import { Reads } from '../database/reads.js';
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
import { keyNotFound, keyTarget, lockManaged, lockOwn, mayManage } from './key-ownership.js';
import { keysWithinReach, whereKeyIsReached } from './key-reach.js';
import { KeyTokens } from './key-tokens.js';
import { newKey } from './new-key.js';

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly reads: Reads,
    private readonly pages: Pages,
    private readonly changes: Changes,
    private readonly quotas: Quotas,
    private readonly tokens: KeyTokens,
    private readonly clock: Clock,
  ) {}

  /** Creates a key in the caller's team. Its token is in the answer and nowhere else. */
  async create(by: Principal, input: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const token = mintToken('key');
    const key = await this.changes.run(by, async (change) => {
      const row = await newKey(change, input, token);
      await this.quotas.claim(change.manager, by.teamId, 'apiKeys', () =>
        change.manager.countBy(ApiKey, { teamId: by.teamId, revokedAt: IsNull() }),
      );
      await change.manager.insert(ApiKey, row);
      await this.tokens.insert(change, row.id, token);
      change.record('api-key.created', keyTarget(row), {
        changes: initialFields(row, [
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
    return this.changes.runAlone(by, async (change) => {
      const key = await (isSwitch(change.by, input) ? lockManaged(change, id) : lockOwn(change, id));
      expectMatch(by, this.present(key));
      const edit = await editKey(change, key, input);
      const updated = { ...key, ...edit };
      await change.manager.update(ApiKey, { id }, edit);
      recordEdit(change, key, updated);
      return this.present(updated);
    });
  }

  /** Revokes a key at once and for good, and those it made where that is asked for. The rows stay as tombstones. */
  revoke(by: Principal, id: string, { descendants }: RevokeApiKeyDto): Promise<void> {
    return this.changes.runAlone(by, async (change) => {
      const key = await lockManaged(change, id);
      expectMatch(by, this.present(key));
      if (key.revokedAt) throw keyNotFound(id);
      await this.end(change, key);
      if (descendants)
        await this.revokeWhere(change, { createdByKeyId: id, ...whereKeyIsReached(change.by) });
    });
  }

  /** Revokes all keys a person has in a team, within a change that ends their membership. */
  revokeAllOf(change: Change, teamId: string, userId: string): Promise<void> {
    return this.revokeWhere(change, { teamId, userId });
  }

  /** A key that a key made makes none itself, so that these have no descendants of their own. */
  private async revokeWhere(change: Change, where: FindOptionsWhere<ApiKey>): Promise<void> {
    for (const key of await change.manager.findBy(ApiKey, { ...where, revokedAt: IsNull() }))
      await this.end(change, key);
  }

  private async end(change: Change, key: ApiKey): Promise<void> {
    await change.manager.update(ApiKey, { id: key.id }, { revokedAt: change.at });
    change.record('api-key.revoked', keyTarget(key), { teamId: key.teamId });
  }

  private present(key: ApiKey): ApiKeyDto {
    return ApiKeyDto.from(key, this.clock.now());
  }
}
