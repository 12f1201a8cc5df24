import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { createdFields } from '../../audit/field-changes.js';
import { TeamEvents } from '../../plans/team-events.js';
import { AddressConfirmations } from '../recipients/address-confirmations.js';
import { channelTarget } from './channel.audit.js';
import { NotificationChannelsService } from './channels.service.js';

/** The channel every team begins with. */
const FIRST = 'E-mail of the owner';

/** Gives a new team a channel to its owner's e-mail address, so that a first alert reaches somebody without any set-up. An address that is not known to be theirs is confirmed first. */
@Injectable()
export class DefaultChannel implements OnModuleInit {
  constructor(
    private readonly teamEvents: TeamEvents,
    private readonly accounts: AccountsService,
    private readonly channels: NotificationChannelsService,
    private readonly confirmations: AddressConfirmations,
  ) {}

  onModuleInit(): void {
    this.teamEvents.onCreated(async (tx, teamId, by, ownerId) => {
      const { email: address, emailVerifiedAt } = await this.accounts.mailboxOf(tx, ownerId);
      const settings = { name: FIRST, active: true, confirmedAt: emailVerifiedAt && tx.at };
      const channel = await this.channels.insert(tx, teamId, settings, { type: 'email', address });
      if (!emailVerifiedAt) await this.confirmations.requestQuietly(tx, channel, address);
      // Without the address: the log outlives the account, which may be deleted with all that is personal.
      const changes = createdFields(channel, ['name', 'active', 'type']);
      tx.record('channel.created', channelTarget(channel), { by, changes });
    });
  }
}
