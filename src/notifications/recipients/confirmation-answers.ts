import { Injectable, type OnModuleInit } from '@nestjs/common';
import { anonymousActor, type RequestContext } from '../../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../../audit/audited-transactions.js';
import { Clock } from '../../common/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import { tokenKind } from '../../crypto/token.js';
import { RetentionJobs } from '../../database/retention-jobs.js';
import { Transactions } from '../../database/transactions.js';
import { TeamsRepository } from '../../teams/teams.repository.js';
import { LINK_MS } from './address-confirmations.js';
import { addressDigest } from './address-digest.js';
import { ChannelDeactivation } from '../channels/channel-deactivation.js';
import { channelTarget } from '../channels/channel.audit.js';
import { ChannelEvents } from '../channels/channel-events.js';
import { isReachable } from '../channels/channel-rules.js';
import { ChannelsRepository } from '../channels/channels.repository.js';
import { DeclinedAddresses } from './declined-addresses.js';
import type { NotificationChannel } from '../channels/channel.entity.js';
import { openConfig } from '../channels/channel-config.encryption.js';
import { RecipientsRepository } from './recipients.repository.js';

/** What the owner of an address is asked, by a link. */
export interface AddressQuestion {
  readonly address: string;
  readonly channel: string;
  readonly team: string;
  /** Whether the link still waits for an answer. */
  readonly isOpen: boolean;
}

export type Answer = 'confirm' | 'decline';

interface Asked extends AddressQuestion {
  readonly webhookId: string;
  readonly teamId: string;
  readonly channelId: string;
}

/** Undoes an answer to what was answered meanwhile. */
class Answered extends Error {}

/** Takes the answers that owners of addresses give by the link that was sent to them: each link takes one. */
@Injectable()
export class ConfirmationAnswers implements OnModuleInit {
  constructor(
    private readonly recipients: RecipientsRepository,
    private readonly channels: ChannelsRepository,
    private readonly teams: TeamsRepository,
    private readonly audited: AuditedTransactions,
    private readonly transactions: Transactions,
    private readonly secrets: Secrets,
    private readonly declined: DeclinedAddresses,
    private readonly deactivation: ChannelDeactivation,
    private readonly events: ChannelEvents,
    private readonly retention: RetentionJobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.add('Forgetting links of confirmations', () =>
      this.transactions.run((tx) => this.recipients.deleteBefore(tx, this.linksEndBefore())),
    );
  }

  /** What a link asks; null where it is unknown, has ended, or asks about what is not so any more. */
  async find(token: string): Promise<AddressQuestion | null> {
    return this.asked(token);
  }

  /** Answers whether it was still to be answered. */
  async answer(token: string, answer: Answer, context: RequestContext): Promise<boolean> {
    const asked = await this.asked(token);
    if (!asked?.isOpen) return false;
    try {
      await this.audited.run(anonymousActor(context, asked.teamId), async (tx) => {
        const channel = await this.take(tx, asked);
        if (answer === 'confirm') await this.confirm(tx, channel);
        else {
          await this.declined.add(tx, asked.address);
          await this.deactivation.deactivateDeclined(tx, channel);
        }
      });
      return true;
    } catch (error) {
      if (error instanceof Answered) return false;
      throw error;
    }
  }

  private async asked(token: string): Promise<Asked | null> {
    if (tokenKind(token) !== 'cnf') return null;
    const digest = this.secrets.tokenDigest(token);
    const former = this.secrets.previousTokenDigest(token) ?? digest;
    const sent = await this.recipients.findByDigest([digest, former]);
    if (!sent || sent.createdAt < this.linksEndBefore()) return null;
    const channel = await this.channels.find(sent.channelId);
    const config = channel && openConfig(this.secrets, channel);
    if (config?.type !== 'email' || addressDigest(config.address) !== sent.addressDigest) return null;
    return {
      webhookId: sent.webhookId,
      teamId: sent.teamId,
      channelId: sent.channelId,
      address: config.address,
      channel: channel!.name,
      team: await this.teams.findName(sent.teamId),
      isOpen: sent.usedAt === null && channel!.confirmedAt === null,
    };
  }

  /** Uses up the link, and with it all others of the channel. Throws `Answered`. */
  private async take(tx: AuditedTransaction, asked: Asked): Promise<NotificationChannel> {
    const channel = await this.channels.lock(tx, { id: asked.channelId });
    const sent = await this.recipients.lock(tx, { webhookId: asked.webhookId });
    const config = channel && openConfig(this.secrets, channel);
    const isSame = config?.type === 'email' && addressDigest(config.address) === sent?.addressDigest;
    if (!channel || !isSame || channel.confirmedAt !== null || sent?.usedAt !== null) throw new Answered();
    await this.recipients.update(tx, { channelId: channel.id }, { usedAt: tx.at });
    return channel;
  }

  private async confirm(tx: AuditedTransaction, channel: NotificationChannel): Promise<void> {
    const { at } = tx;
    await this.channels.update(tx, { id: channel.id }, { confirmedAt: at });
    const changes = [{ field: 'confirmedAt', from: null, to: at.toISOString() }];
    tx.record('channel.confirmed', channelTarget(channel), { changes });
    if (isReachable({ ...channel, confirmedAt: at })) await this.events.announceReachable(tx, channel);
  }

  private linksEndBefore(): Date {
    return new Date(this.clock.now().getTime() - LINK_MS);
  }
}
