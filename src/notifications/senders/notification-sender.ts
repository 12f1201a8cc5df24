import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Config } from '../../config/config.js';
import { Secrets } from '../../crypto/secrets.js';
import type { OutboundRequest } from '../../egress/exchange.js';
import type { ClaimedDelivery } from '../deliveries/delivery-queue.js';
import { HttpClient } from './http-client.js';
import { MailSender } from './mail-sender.js';
import type { Message, Question } from './message.js';
import { type AttemptResult, attemptResultOf } from '../deliveries/attempt-result.js';
import { openConfig } from '../channels/channel-config.encryption.js';
import { slackRequest } from './slack-message.js';
import { webhookRequest } from './webhook-message.js';

/** Sends a delivery once, the way of its channel. */
@Injectable()
export class NotificationSender {
  constructor(
    private readonly http: HttpClient,
    private readonly mail: MailSender,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async send({ delivery, channel }: ClaimedDelivery): Promise<AttemptResult> {
    const { payload, webhookId } = delivery;
    const { publicUrl } = this.config;
    const config = openConfig(this.secrets, channel);
    const message = JSON.parse(payload) as Message | Question;
    switch (config.type) {
      case 'webhook':
        return this.post(webhookRequest(config, delivery, this.clock.now().getTime()));
      case 'slack':
        return this.post(slackRequest(config, message as Message, publicUrl));
      case 'email':
        return this.mail.send(config.address, message, webhookId);
    }
  }

  private async post(request: OutboundRequest): Promise<AttemptResult> {
    return attemptResultOf(await this.http.exchange(request), this.clock.now().getTime());
  }
}
