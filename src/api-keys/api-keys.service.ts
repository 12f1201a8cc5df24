import { Injectable } from '@nestjs/common';
import { Ability } from '../auth/ability.js';
import { requireAbilities } from '../auth/abilities.guard.js';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { createdFields } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { generateToken } from '../crypto/token.js';
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
import type { ApiKey } from './api-key.entity.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { isSwitch, KeyEdits, recordEdit } from './key-edit.js';
import { keyNotFound, KeyOwnership, keyTarget } from './key-ownership.js';
import { KeyTokens } from './key-tokens.js';
import { NewKeys } from './new-key.js';

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly newKeys: NewKeys,
    private readonly edits: KeyEdits,
    private readonly ownership: KeyOwnership,
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
      const row = await this.newKeys.make(tx, input, token);
      await this.quotas.requireRoom(tx, by.teamId, 'apiKeys', () => this.keys.count(tx, by.teamId));
      await this.keys.insert(tx, row);
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
    const listing = this.keys.listing(by, query, this.clock.now());
    return this.pages.read(by, listing, query, (key) => this.present(key));
  }

  /** One of the caller's own keys or, for those who manage members, any of the team. */
  async get(by: Principal, id: string): Promise<ApiKeyDto> {
    return this.present(await this.ownership.find(by, id));
  }

  /** Renames, restricts, prolongs, disables or enables a key. */
  update(by: Principal, id: string, input: UpdateApiKeyDto): Promise<ApiKeyDto> {
    return this.audited.runAlone(by, async (tx) => {
      const key = await (isSwitch(tx.by, input)
        ? this.ownership.lockManageable(tx, id)
        : this.ownership.lockOwned(tx, id));
      expectMatch(by, this.present(key));
      const edit = await this.edits.of(tx, key, input);
      const updated = { ...key, ...edit };
      await this.keys.update(tx, { id }, edit);
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
      const key = await this.ownership.lockManageable(tx, id);
      expectMatch(by, this.present(key));
      // A key that a key made makes none itself, so that these have no descendants of their own.
      const made = descendants ? await this.keys.findMadeBy(tx, tx.by, id) : [];
      if (key.revokedAt && made.length === 0) throw keyNotFound(id);
      if (!key.revokedAt) await this.end(tx, key);
      await this.endAll(tx, made);
    });
  }

  /** Revokes all keys a person has in a team, within a change that ends their membership. */
  async revokeAllOf(tx: AuditedTransaction, teamId: string, userId: string): Promise<void> {
    await this.endAll(tx, await this.keys.findOwnedBy(tx, teamId, userId));
  }

  private async endAll(tx: AuditedTransaction, keys: readonly ApiKey[]): Promise<void> {
    for (const key of keys) await this.end(tx, key);
  }

  private async end(tx: AuditedTransaction, key: ApiKey): Promise<void> {
    await this.keys.update(tx, { id: key.id }, { revokedAt: tx.at });
    tx.record('api-key.revoked', keyTarget(key), { teamId: key.teamId });
  }

  private present(key: ApiKey): ApiKeyDto {
    return ApiKeyDto.from(key, this.clock.now());
  }
}
