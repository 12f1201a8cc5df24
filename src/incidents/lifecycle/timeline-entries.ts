import type { Principal } from '../../auth/principal.js';
import { newId } from '../../common/id.js';
import type { IncidentEvent } from './incident-event.entity.js';
import type { TimelineEntry } from './timeline-entry.js';

/** Who did something to an incident; null for the system. */
export interface IncidentActor {
  readonly id: string;
  readonly name: string;
}

/** Whoever acts, by the name they have now. */
export const actorOf = ({ userId, actor }: Principal): IncidentActor => ({
  id: userId,
  name: actor.name ?? '',
});

/** A line of a timeline as it is written: the database counts it. */
export type TimelineLine = Omit<IncidentEvent, 'seq'>;

/** A line of the timeline of an incident. `at` is in epoch milliseconds. */
export const timelineEntryOf = (
  incidentId: string,
  at: number,
  { type, ...detail }: TimelineEntry,
  by: IncidentActor | null = null,
): TimelineLine => ({
  id: newId('ine'),
  incidentId,
  at,
  type,
  actorId: by?.id ?? null,
  actorName: by?.name ?? null,
  detail,
});
