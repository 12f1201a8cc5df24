import type { OutboundRequest } from '../../egress/exchange.js';
import type { ChannelConfig } from '../channels/channel-config.js';
import { post } from './http-client.js';
import { secretsAt, signatures } from '../channels/signing-secret.js';

/** What is sent, and under which id. */
interface Signed {
  readonly webhookId: string;
  /** A `Message` as JSON: the body, to the byte. */
  readonly payload: string;
}

/** A message to a webhook, as Standard Webhooks has it. `now` is the time of the attempt, in epoch milliseconds. */
export function webhookRequest(
  config: ChannelConfig & { readonly type: 'webhook' },
  { webhookId, payload }: Signed,
  now: number,
): OutboundRequest {
  const timestamp = Math.floor(now / 1_000);
  const signature = signatures(secretsAt(config, now), { id: webhookId, timestamp, body: payload });
  return post(config.url, payload, [
    ['webhook-id', webhookId],
    ['webhook-timestamp', `${timestamp}`],
    ['webhook-signature', signature],
  ]);
}
