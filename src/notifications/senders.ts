import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import { Secrets } from '../crypto/secrets.js';
import type { OutboundRequest } from '../egress/exchange.js';
import type { Claimed } from './delivery-claims.js';
import { emailMessage } from './email-message.js';
import { Http } from './http.js';
import { Mailer } from './mailer.js';
import type { Message } from './message.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { openConfig } from './sealed-config.js';
import { slackRequest } from './slack-message.js';
import { webhookRequest } from './webhook-message.js';

/** Sends a delivery once, the way of its channel. */
@Injectable()
export class Senders {
  constructor(
    private readonly http: Http,
    private readonly mailer: Mailer,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async send({ delivery, channel }: Claimed): Promise<Outcome> {
    const { payload, webhookId } = delivery;
    const { publicUrl } = this.config;
    const config = openConfig(this.secrets, channel);
    const message = JSON.parse(payload) as Message;
    switch (config.type) {
      case 'webhook':
        return this.post(webhookRequest(config, delivery, this.clock.now().getTime()));
      case 'slack':
        return this.post(slackRequest(config, message, publicUrl));
      case 'email':
        return this.mailer.send(emailMessage(config.address, message, { webhookId, publicUrl }));
    }
  }

  private async post(request: OutboundRequest): Promise<Outcome> {
    return outcomeOf(await this.http.exchange(request), this.clock.now().getTime());
  }
}
