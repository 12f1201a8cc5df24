import { Injectable } from '@nestjs/common';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import { Config } from '../../config/config.js';
import { Secrets } from '../../crypto/secrets.js';
import { generateToken } from '../../crypto/token.js';
import { Transactions } from '../../database/transactions.js';
import { OwnOrigin } from '../../http/own-origin.js';
import { RateLimited } from '../../limits/limits.problems.js';
import { MembershipsRepository } from '../../teams/memberships.repository.js';
import { TeamsRepository } from '../../teams/teams.repository.js';
import { addressDigest } from './address-digest.js';
import type { ChannelConfig } from '../channels/channel-config.js';
import type { NewDelivery } from '../deliveries/deliveries.repository.js';
import type { NotificationChannel } from '../channels/channel.entity.js';
import { Outbox } from '../deliveries/outbox.js';
import { RecipientsRepository } from './recipients.repository.js';

const DAY_MS = 24 * 3_600_000;

/** How long a link works. */
export const LINK_MS = 7 * DAY_MS;

/** E-mails a day that ask for a confirmation: to one address, of all teams together. */
const PER_ADDRESS = 3;

/** And of one team, to whomever. */
const PER_TEAM = 20;

type Asking = Pick<NotificationChannel, 'id' | 'teamId' | 'name'>;

/**
 * Asks those whose e-mail address was given for a channel whether they want what is sent there. Until they do,
 * nothing else is sent to it.
 */
@Injectable()
export class AddressConfirmations {
  constructor(
    private readonly recipients: RecipientsRepository,
    private readonly transactions: Transactions,
    private readonly members: MembershipsRepository,
    private readonly teams: TeamsRepository,
    private readonly outbox: Outbox,
    private readonly secrets: Secrets,
    private readonly origin: OwnOrigin,
    private readonly config: Config,
  ) {}

  /** Since when a channel that now leads to `config` may be sent to; null where its address is to be confirmed first. */
  async confirmedAt(tx: AuditedTransaction, teamId: string, config: ChannelConfig): Promise<Date | null> {
    const { at } = tx;
    if (config.type !== 'email') return at;
    return (await this.members.hasVerified(tx, teamId, config.address)) ? at : null;
  }

  /** Records the e-mail that asks, within a change. Throws `RateLimited`. */
  async request(tx: AuditedTransaction, channel: Asking, address: string): Promise<NewDelivery> {
    const { at } = tx;
    const free = await this.freeAt(tx, channel, address);
    if (free > at.getTime()) throw tooMany(free - at.getTime());
    const { id, name, teamId } = channel;
    const [delivery] = await this.outbox.enqueue(tx, {
      teamId,
      channelIds: [id],
      incidentId: null,
      type: 'channel.confirmation',
      payload: {
        channel: { id, name },
        team: { id: teamId, name: await this.teams.findNameIn(tx, teamId) },
        page: `${this.origin.url}/confirm/`,
      },
      at,
    });
    await this.recipients.insert(tx, {
      webhookId: delivery!.webhookId,
      teamId,
      channelId: id,
      addressDigest: addressDigest(address),
      digest: null,
      secretId: this.secrets.secretId,
      createdAt: at,
      usedAt: null,
    });
    return delivery!;
  }

  /** The same, where nobody is there to be told of a limit: beyond it nothing is sent. */
  async requestQuietly(tx: AuditedTransaction, channel: Asking, address: string): Promise<void> {
    await this.request(tx, channel, address).catch((error: unknown) => {
      if (!(error instanceof RateLimited)) throw error;
    });
  }

  /** The token for the link of an e-mail that is about to be sent. A link of the same e-mail that was sent before ends. */
  async issue(webhookId: string): Promise<string> {
    const token = generateToken('cnf');
    const { secretId } = this.secrets;
    const digest = this.secrets.tokenDigest(token);
    await this.transactions.run((tx) => this.recipients.update(tx, { webhookId }, { digest, secretId }));
    return token;
  }

  /** When the limits leave room for one more. Epoch milliseconds. */
  private async freeAt(tx: AuditedTransaction, { teamId }: Asking, address: string): Promise<number> {
    if (this.config.rateLimit === 'off') return 0;
    const since = new Date(tx.at.getTime() - DAY_MS);
    const limits = [
      [{ addressDigest: addressDigest(address) }, PER_ADDRESS],
      [{ teamId }, PER_TEAM],
    ] as const;
    let free = 0;
    for (const [asked, limit] of limits) {
      const first = await this.recipients.findNthLatest(tx, asked, since, limit);
      if (first) free = Math.max(free, first.createdAt.getTime() + DAY_MS);
    }
    return free;
  }
}

const tooMany = (waitMs: number) => {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1_000));
  return new RateLimited(
    `E-mails that ask for a confirmation are limited to ${PER_ADDRESS} a day for an address, and to ${PER_TEAM} for a team; wait ${retryAfter} s.`,
    { retryAfter },
  );
};
