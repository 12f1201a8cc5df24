import type { IncidentMessage, IncidentMessageType, Message, SightMessage } from './message.js';

/** A message as people read it, whatever it is written in. */
export interface MessageText {
  readonly title: string;
  /** One or two sentences. */
  readonly summary: string;
  readonly facts: ReadonlyArray<readonly [label: string, value: string]>;
  /** Where to read more; null where nobody knows how to reach this server. */
  readonly link: string | null;
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** A duration in its two largest units, such as `2 h 5 min`. */
export function durationText(seconds: number): string {
  const first = UNITS.findIndex(([size]) => seconds >= size);
  if (first === -1) return '0 s';
  let rest = seconds;
  const parts = UNITS.slice(first, first + 2).flatMap(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return parts.join(' ');
}

/** What `message` says to people. `publicUrl` is where callers reach the server, if it is known. */
export function textOf(message: Message, publicUrl: string | null): MessageText {
  switch (message.type) {
    case 'channel.test':
      return {
        title: `Test of ${message.data.channel.name}`,
        summary: `This is a test of the channel ${message.data.channel.name}. Incidents of ${message.data.team.name} will be told here.`,
        facts: [],
        link: null,
      };
    case 'monitoring.blind':
    case 'monitoring.restored':
      return sightText(message.type === 'monitoring.restored', message.data);
    default:
      return incidentText(message.type, message.data, publicUrl);
  }
}

function sightText(isOver: boolean, { blindness, team }: SightMessage): MessageText {
  const { startedAt, endedAt, durationSeconds, unknownMonitors, activeMonitors } = blindness;
  const duration = durationSeconds === null ? null : durationText(durationSeconds);
  const facts: Array<readonly [string, string | null]> = [
    ['Monitors', isOver ? null : `${unknownMonitors} of ${activeMonitors}`],
    ['Started', startedAt],
    ['Ended', endedAt],
    ['Duration', duration],
    ['Team', team.name],
  ];
  return {
    title: isOver ? 'PulseAPI can see your targets again' : 'PulseAPI cannot see your targets',
    summary: isOver
      ? `All monitors of ${team.name} are watched again. What went wrong meanwhile was not seen.`
      : `Nobody knows whether the targets of ${team.name} are up: the network of the server may be down, or the server has more to do than it can. Its operator should look.`,
    facts: facts.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])),
    link: null,
  };
}

const heads: Readonly<Record<IncidentMessageType, string>> = {
  'incident.created': 'Incident',
  'incident.reopened': 'Reopened, unstable',
  'incident.resolved': 'Resolved',
};

function incidentText(
  type: IncidentMessageType,
  data: IncidentMessage,
  publicUrl: string | null,
): MessageText {
  const { incident, monitor, rule, team } = data;
  const isOver = type === 'incident.resolved';
  const facts: Array<readonly [string, string | null]> = [
    ['Monitor', monitor.name],
    ['Host', URL.canParse(monitor.url) ? new URL(monitor.url).host : null],
    ['Reason', isOver ? null : reasonOf(data)],
    ['Root cause', incident.rootCause],
    ['Severity', incident.severity],
    ['Started', incident.startedAt],
    ['Reopened', incident.reopenCount > 0 ? timesText(incident.reopenCount) : null],
    ['Resolved', incident.resolvedAt],
    ['Duration', incident.durationSeconds === null ? null : durationText(incident.durationSeconds)],
    ['Rule', rule.name],
    ['Team', team.name],
  ];
  return {
    title: `${heads[type]}: ${incident.title}`,
    summary: summaryOf(type, data),
    facts: facts.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])),
    link: publicUrl === null ? null : `${publicUrl}/v1/incidents/${incident.id}`,
  };
}

const timesText = (count: number): string => (count === 1 ? 'once' : `${count} times`);

function summaryOf(type: IncidentMessageType, data: IncidentMessage): string {
  const { incident, monitor, rule } = data;
  const reason = reasonOf(data) ?? rule.name;
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  switch (type) {
    case 'incident.created':
      return `${monitor.name} has an incident: ${reason}`;
    case 'incident.reopened':
      return `${monitor.name} fails again, and is unstable: ${sentence}${outlookOf(incident)}`;
    case 'incident.resolved':
      return overOf(data);
  }
}

/** What comes next of one that is flapping. */
const outlookOf = ({ allClearAfterSeconds }: IncidentMessage['incident']): string =>
  allClearAfterSeconds === null
    ? ''
    : ` It may come and go from here on: you hear again when it was good for ${durationText(allClearAfterSeconds)} on end.`;

/** Why nobody looks any more, by how the incident ended. */
const ends: Readonly<Record<string, string>> = {
  'rule-deleted': 'its rule was deleted',
  'rule-inactive': 'its rule was switched off',
  'rule-out-of-scope': 'its rule is over the monitor no more',
  'monitor-deleted': 'the monitor was deleted',
};

function overOf({ incident, monitor }: IncidentMessage): string {
  const end = incident.resolution === null ? undefined : ends[incident.resolution];
  if (end !== undefined)
    return `The incident of ${monitor.name} was closed, because ${end}. Nobody has seen it recover.`;
  const duration =
    incident.durationSeconds === null ? '' : `. It took ${durationText(incident.durationSeconds)}`;
  return `The incident of ${monitor.name} is over${duration}.`;
}

function reasonOf({ check }: IncidentMessage): string | null {
  if (!check) return null;
  if (check.detail !== null) return check.detail;
  return check.error ?? (check.statusCode === null ? null : `Status ${check.statusCode}.`);
}
