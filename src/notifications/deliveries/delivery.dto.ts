import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/fields.js';
import { PageQuery } from '../../http/page.dto.js';
import { type Delivery, type DeliveryStatus, deliveryStatuses } from './delivery.entity.js';
import { type MessageType, messageTypes } from '../senders/message.js';

const dateOf = (milliseconds: number | null): Date | null =>
  milliseconds === null ? null : new Date(milliseconds);

export class DeliveryDto {
  /** @example "dlv_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "chn_01jd8x0000e3vb6qk4mzt5w7ya" */
  channelId: string;
  /** What it tells of. */
  @ApiProperty({ enum: messageTypes })
  type: MessageType;
  /**
   * The incident it tells of; null where it tells of none.
   * @example "inc_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  incidentId: string | null;
  /** `pending` until it is delivered, or `dead` after its last attempt, or `cancelled` when it was no longer to be sent. */
  @ApiProperty({ enum: deliveryStatuses })
  status: DeliveryStatus;
  /**
   * How often it was tried since it was recorded or replayed.
   * @example 1
   */
  @ApiProperty({ type: 'integer' })
  attempts: number;
  /** When it is tried next, if the attempt that may be running fails; null once nothing more is to be done. */
  nextAttemptAt: Date | null;
  /**
   * Why the last attempt failed, or why it was cancelled.
   * @example "The receiver answered 503."
   */
  lastError: string | null;
  /**
   * What the last attempt was answered: a status of HTTP, or for e-mail a reply code of SMTP. Null without an answer.
   * @example 503
   */
  @ApiProperty({ type: 'integer', nullable: true, example: 503 })
  lastStatusCode: number | null;
  /**
   * The same for all attempts: the header `webhook-id`, and part of the `Message-ID` of an e-mail.
   * @example "msg_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  webhookId: string;
  createdAt: Date;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  deliveredAt: Date | null;

  static from(delivery: Omit<Delivery, 'seq'>): DeliveryDto {
    return Object.assign(new DeliveryDto(), {
      id: delivery.id,
      channelId: delivery.channelId,
      type: delivery.type,
      incidentId: delivery.incidentId,
      status: delivery.status,
      attempts: delivery.attempts,
      nextAttemptAt: dateOf(delivery.nextAttemptAt),
      lastError: delivery.lastError,
      lastStatusCode: delivery.lastStatusCode,
      webhookId: delivery.webhookId,
      createdAt: new Date(delivery.createdAt),
      deliveredAt: dateOf(delivery.deliveredAt),
    });
  }
}

export class DeliveryPageDto {
  data: DeliveryDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export class ListDeliveriesDto extends PageQuery {
  /** Only deliveries with this status. */
  @ApiProperty({ enum: deliveryStatuses, required: false })
  @Optional()
  @IsIn(deliveryStatuses)
  status?: DeliveryStatus;
}
