import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Config } from '../../config/config.js';
import { AddressConfirmations } from '../recipients/address-confirmations.js';
import { confirmationMail } from '../recipients/confirmation-mail.js';
import { DeclinedAddresses } from '../recipients/declined-addresses.js';
import { emailMessage } from './email-message.js';
import { Mailer } from './mailer.js';
import type { Message, Question } from './message.js';
import { failed, type AttemptResult } from '../deliveries/attempt-result.js';
import { RecipientLimits } from '../recipients/recipient-limits.js';

/** Sends e-mail to those who do not mind, and no more than they can bear. */
@Injectable()
export class MailSender {
  constructor(
    private readonly mailer: Mailer,
    private readonly declined: DeclinedAddresses,
    private readonly limits: RecipientLimits,
    private readonly confirmations: AddressConfirmations,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async send(address: string, message: Message | Question, webhookId: string): Promise<AttemptResult> {
    if (message.type === 'channel.confirmation' && (await this.declined.has(address)))
      return failed('The owner of the address wants to be asked no more.', { isGone: true });
    const wait = await this.limits.mailWait(address);
    if (wait > 0) return { kind: 'postponed', until: this.clock.now().getTime() + wait };
    if (message.type !== 'channel.confirmation') {
      const { publicUrl } = this.config;
      return this.mailer.send(emailMessage(address, message, { webhookId, publicUrl }));
    }
    const token = await this.confirmations.issue(webhookId);
    return this.mailer.send(confirmationMail(address, message.data, { webhookId, token }));
  }
}
