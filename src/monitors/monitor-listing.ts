import type { Principal } from '../auth/principal.js';
import { withinReach } from '../auth/project-reach.js';
import { nameKey } from '../common/name.js';
import type { Condition } from '../database/condition.js';
import type { Listing } from '../http/listing.js';
import type { ListMonitorsDto } from './monitor.dto.js';
import { type MonitorWithState, monitorWithState } from './monitor-states.js';

/** The columns behind each sort key. Identifiers grow with time, so they stand for when a monitor was created. */
const columns: Readonly<Record<string, readonly string[]>> = {
  name: ['nameKey', 'id'],
  createdAt: ['id'],
  status: ['status', 'id'],
};

/** `INSTR` has no wildcards, and both databases compare the bytes: names by their key, URLs in lower case. */
function containing(q: string): Condition {
  return ['(INSTR(t.nameKey, ?) > 0 OR INSTR(LOWER(t.url), ?) > 0)', nameKey(q), q.toLowerCase()];
}

/** The monitors of the caller's team, within their reach, that `query` asks for, in the order it asks for. */
export function monitorListing(by: Principal, query: ListMonitorsDto): Listing<MonitorWithState> {
  const { status, projectId, q, sort = 'createdAt' } = query;
  const conditions: Condition[] = [['t.teamId = ?', by.teamId], ...withinReach(by, 't.projectId')];
  if (status !== undefined) conditions.push(['t.status = ?', status]);
  if (projectId !== undefined) conditions.push(['t.projectId = ?', projectId]);
  if (q !== undefined) conditions.push(containing(q));
  const key = sort.replace('-', '');
  return {
    ...monitorWithState,
    conditions,
    orderBy: columns[key]!,
    descending: sort.startsWith('-'),
  };
}
