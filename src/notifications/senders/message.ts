/** What channels can be told. The wire format. */
export const incidentMessageTypes = ['incident.created', 'incident.reopened', 'incident.resolved'] as const;
export type IncidentMessageType = (typeof incidentMessageTypes)[number];

export const messageTypes = [
  ...incidentMessageTypes,
  'monitoring.blind',
  'monitoring.restored',
  'channel.test',
  'channel.confirmation',
] as const;
export type MessageType = (typeof messageTypes)[number];

interface Named {
  readonly id: string;
  readonly name: string;
}

/** An incident as channels are told of it. Times are RFC 3339, in UTC. Receivers of webhooks get it as it is, so nothing in it is secret. */
export interface IncidentMessage {
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly status: 'open' | 'acknowledged' | 'resolved';
    readonly severity: 'critical' | 'high' | 'medium' | 'low';
    readonly startedAt: string;
    readonly resolvedAt: string | null;
    readonly durationSeconds: number | null;
    readonly rootCause: string | null;
    /** How often it failed again within a cooldown of being resolved. */
    readonly reopenCount: number;
    /** Whether it comes and goes, so that nothing more is told until it was good for a while. */
    readonly flapping: boolean;
    /** For how many seconds on end that is; null where it is not flapping. */
    readonly allClearAfterSeconds: number | null;
    /** Why it is over: `recovered` where checks are good again, `person` where somebody said so, otherwise why nobody looks any more. */
    readonly resolution: string | null;
  };
  readonly monitor: Named & { readonly url: string };
  /** The check that opened the incident, or that ended it; null where a person did. */
  readonly check: {
    readonly at: string;
    readonly statusCode: number | null;
    /** A code of the closed list of checks; null where the check was ok. */
    readonly error: string | null;
    /** The same in a sentence. */
    readonly detail: string | null;
  } | null;
  readonly team: Named;
  readonly rule: Named;
}

/** A time in which this server could not see targets of a team: whether they are up is not known. Times are RFC 3339, in UTC. */
export interface SightMessage {
  readonly blindness: {
    readonly id: string;
    /** Since when checks told nothing. */
    readonly startedAt: string;
    /** When all targets could be seen again; null in `monitoring.blind`. */
    readonly endedAt: string | null;
    readonly durationSeconds: number | null;
    /** How many monitors cannot be told the status of, when this is written, and how many are active. */
    readonly unknownMonitors: number;
    readonly activeMonitors: number;
  };
  readonly team: Named;
}

/** What a channel is tried out with. */
export interface TestMessage {
  readonly channel: Named;
  readonly team: Named;
}

/** What asks the owner of an e-mail address whether it may be sent to. For e-mail only. */
export interface ConfirmationMessage extends TestMessage {
  /** Where the link leads: followed by a token that is made when it is sent, because nothing here is secret. */
  readonly page: string;
}

/** What is sent: the body of a webhook as Standard Webhooks has it, and what other messages are written from. */
export type Message =
  | {
      readonly type: IncidentMessageType;
      readonly timestamp: string;
      readonly data: IncidentMessage;
    }
  | {
      readonly type: 'monitoring.blind' | 'monitoring.restored';
      readonly timestamp: string;
      readonly data: SightMessage;
    }
  | { readonly type: 'channel.test'; readonly timestamp: string; readonly data: TestMessage };

/** What e-mail alone is asked first. */
export interface Question {
  readonly type: 'channel.confirmation';
  readonly timestamp: string;
  readonly data: ConfirmationMessage;
}
