import { ApiProperty } from '@nestjs/swagger';
import { ProseField } from '../http/fields.js';
import { type MessageType, messageTypes } from '../notifications/senders/message.js';
import { IncidentPersonDto } from './incident.dto.js';
import type { IncidentEvent } from './lifecycle/incident-event.entity.js';
import {
  type IncidentEventType,
  incidentEventTypes,
  type NotificationResult,
  notificationResults,
  type ResolutionReason,
  resolutionReasons,
  type SuppressionReason,
  suppressionReasons,
  type TimelineEntry,
} from './lifecycle/timeline-entry.js';

/** What became of a message to a channel. */
export class IncidentNotificationDto {
  /** @example "dlv_01jd8x0000e3vb6qk4mzt5w7ya" */
  deliveryId: string;
  /** @example "chn_01jd8x0000e3vb6qk4mzt5w7ya" */
  channelId: string;
  /**
   * The name it had.
   * @example "On call"
   */
  channelName: string;
  @ApiProperty({ enum: messageTypes })
  message: MessageType;
  /** `failed` after the last attempt. */
  @ApiProperty({ enum: notificationResults })
  result: NotificationResult;
}

export class IncidentEventDto {
  /** @example "ine_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  at: Date;
  @ApiProperty({ enum: incidentEventTypes })
  type: IncidentEventType;
  /** Who did it; null for the system. */
  actor: IncidentPersonDto | null;
  /**
   * The note; why it was opened; why a channel could not be told.
   * @example "3 checks in a row matched: check failed."
   */
  text: string | null;
  /** Why it is over: `recovered` when its checks no longer matched. Null for all but `resolved`. */
  @ApiProperty({ enum: [...resolutionReasons, null], nullable: true, example: null })
  reason: ResolutionReason | null;
  /** Why no channel was told of it; null where that was nothing to be told of, or all were told. */
  @ApiProperty({ enum: [...suppressionReasons, null], nullable: true, example: null })
  silence: SuppressionReason | null;
  /** Of `notified`: who was told. */
  notification: IncidentNotificationDto | null;

  static from(event: IncidentEvent): IncidentEventDto {
    const { id, at, type, actorId, actorName, detail } = event;
    const entry = { ...detail, type } as TimelineEntry;
    return Object.assign(new IncidentEventDto(), {
      id,
      at: new Date(at),
      type,
      actor: actorId === null ? null : { id: actorId, name: actorName ?? '' },
      text: 'text' in entry ? entry.text : null,
      reason: entry.type === 'resolved' ? entry.reason : null,
      silence: 'silence' in entry ? entry.silence : null,
      notification: entry.type === 'notified' ? notificationOf(entry) : null,
    });
  }
}

const notificationOf = ({
  deliveryId,
  channelId,
  channelName,
  message,
  result,
}: TimelineEntry & { type: 'notified' }): IncidentNotificationDto => ({
  deliveryId,
  channelId,
  channelName,
  message,
  result,
});

export class IncidentEventPageDto {
  data: IncidentEventDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export class AddNoteDto {
  /** @example "The provider confirms an outage of their eastern region." */
  @ProseField(1, 2000)
  note: string;
}
