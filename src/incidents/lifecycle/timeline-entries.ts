import type { Principal } from '../../auth/principal.js';
import { newId } from '../../common/id.js';
import { IncidentEvent } from './incident-event.entity.js';
import type { TimelineEntry } from './timeline-entry.js';
import type { Transaction } from '../../database/transactions.js';

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

type Line = Omit<IncidentEvent, 'seq'>;

/** A line of the timeline of an incident. `at` is in epoch milliseconds. */
export const timelineEntryOf = (
  incidentId: string,
  at: number,
  { type, ...detail }: TimelineEntry,
  by: IncidentActor | null = null,
): Line => ({
  id: newId('ine'),
  incidentId,
  at,
  type,
  actorId: by?.id ?? null,
  actorName: by?.name ?? null,
  detail,
});

/** Adds it, and answers it. */
export async function addTimelineEntry(
  { manager }: Transaction,
  ...line: Parameters<typeof timelineEntryOf>
): Promise<Line> {
  const event = timelineEntryOf(...line);
  await manager.insert(IncidentEvent, event);
  return event;
}
