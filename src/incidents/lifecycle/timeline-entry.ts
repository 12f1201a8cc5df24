import type { MessageType } from '../../notifications/senders/message.js';

export const incidentEventTypes = [
  'opened',
  'reopened',
  'notified',
  'acknowledged',
  'resolved',
  'note',
] as const;
export type IncidentEventType = (typeof incidentEventTypes)[number];

/**
 * Why an incident is over. `recovered`: checks no longer matched. The other reasons but `person` say why
 * nobody looks any more.
 */
export const resolutionReasons = [
  'recovered',
  'person',
  'rule-deleted',
  'rule-inactive',
  'rule-out-of-scope',
  'monitor-deleted',
] as const;
export type ResolutionReason = (typeof resolutionReasons)[number];

/**
 * Why channels are not told of something they would otherwise be told of. `flapping`: the last they heard is that
 * it is unstable. `cooldown` was a reason until incidents could flap.
 */
export const suppressionReasons = ['flapping', 'maintenance', 'cooldown'] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** What became of a message to a channel. */
export const notificationResults = ['delivered', 'failed'] as const;
export type NotificationResult = (typeof notificationResults)[number];

/** What a line of a timeline tells, beside when and who. */
export type TimelineEntry =
  | { readonly type: 'opened'; readonly text: string }
  | { readonly type: 'reopened'; readonly text: string; readonly silence: SuppressionReason | null }
  | {
      readonly type: 'notified';
      readonly deliveryId: string;
      readonly channelId: string;
      readonly channelName: string;
      readonly message: MessageType;
      readonly result: NotificationResult;
      /** Why it failed, in a sentence; null where it did not. */
      readonly text: string | null;
    }
  | { readonly type: 'acknowledged' }
  | {
      readonly type: 'resolved';
      readonly reason: ResolutionReason;
      readonly silence: SuppressionReason | null;
    }
  | { readonly type: 'note'; readonly text: string };
