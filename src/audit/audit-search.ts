import { plainAddress } from '../common/network.js';
import type { Position } from '../crypto/cursors.js';
import type { Condition } from '../database/condition.js';
import { inList } from '../database/in-list.js';
import type { SqlReader } from '../database/sql-reader.js';
import type { Listing } from '../http/listing.js';
import { actionsMatching } from './audit-action.js';
import type { ListAuditEventsDto } from './audit-event.dto.js';
import { AuditEvent } from './audit-event.entity.js';

/** So many events are all read, and put in order then. */
const FEW = 2_000;

/** So many events are passed by their times alone at once, which takes some 10 ms. */
const PASSED = 25_000;

/** In the order of the log, with the times. */
const IN_ORDER = 'audit_events_teamId_seq';
const BEYOND = Number.MAX_SAFE_INTEGER;

/** What a query asks of one column. */
interface Filter {
  /** Begins with the team and the column. */
  readonly index: string;
  readonly condition: Condition;
  /** The column and what it may be; null for a stretch of time. */
  readonly among: { readonly column: string; readonly values: readonly string[] } | null;
}

/**
 * The events of a team that `query` asks for, newest first, so that neither filters that nothing passes nor
 * those that everything passes cost more with a longer log: along the filter that few events pass, if there is
 * one; otherwise in the order of the log, so many events at a time, leaping to where each filter is next passed.
 */
export async function auditListing(
  reads: SqlReader,
  teamId: string,
  query: ListAuditEventsDto,
): Promise<Listing<AuditEvent>> {
  const team: Condition = ['t.teamId = ?', teamId];
  const list = { entity: AuditEvent, orderBy: ['seq'], descending: true };
  const filters = filtersOf(query);
  if (filters.length === 0) return { ...list, index: IN_ORDER, conditions: [team] };

  const isAlone = filters.length === 1 && isInOrder(filters[0]!);
  const best = isAlone ? filters[0]! : await rarest(reads, team, filters);
  const conditions = [team, ...filters.map(({ condition }) => condition)];
  if (best) return { ...list, index: best.index, conditions };

  const along = filters.find(isInOrder);
  return {
    ...list,
    index: along?.index ?? IN_ORDER,
    conditions: along ? [team, along.condition] : [team],
    filters: filters.filter((filter) => filter !== along).map(({ condition }) => condition),
    leap: (behind) => leap(reads, team, filters, behind),
  };
}

/** Whether the index of `filter` has what passes it in the order of the log. */
const isInOrder = ({ among }: Filter): boolean => among?.values.length === 1;

function filtersOf({ action, actorId, targetId, outcome, ip, from, to }: ListAuditEventsDto): Filter[] {
  const among = (column: string, values: readonly string[]): Filter => {
    const { marks, bound } = inList(values);
    const condition: Condition =
      values.length === 1 ? [`t.${column} = ?`, ...values] : [`t.${column} IN (${marks})`, ...bound];
    return { index: `audit_events_teamId_${column}`, condition, among: { column, values } };
  };
  const actor = actorId?.startsWith('key_') ? 'viaKeyId' : 'actorId';
  return [
    ...(targetId === undefined ? [] : [among('targetId', [targetId])]),
    ...(actorId === undefined ? [] : [among(actor, [actorId])]),
    ...(ip === undefined ? [] : [among('ip', [plainAddress(ip) ?? ip])]),
    ...(action === undefined ? [] : [among('action', actionsMatching(action))]),
    ...(outcome === undefined ? [] : [among('outcome', [outcome])]),
    ...(from === undefined && to === undefined ? [] : [during(from, to)]),
  ];
}

const during = (from = '1970-01-01T00:00:00Z', to = '9999-12-31T23:59:59Z'): Filter => ({
  index: 'audit_events_teamId_at',
  condition: ['t.at >= ? AND t.at < ?', new Date(from), new Date(to)],
  among: null,
});

/** The filter that the fewest events pass, if they are few. Counted from indexes, and no further than needed. */
async function rarest(reads: SqlReader, team: Condition, filters: readonly Filter[]): Promise<Filter | null> {
  const counted = await Promise.all(
    filters.map(async (filter) => {
      const [where, ...values] = filter.condition;
      const count = await reads.countUpTo(
        AuditEvent,
        { index: filter.index, where: `${team[0]} AND ${where}`, values: [team[1], ...values] },
        FEW + 1,
      );
      return { filter, count };
    }),
  );
  const [least] = counted.toSorted((a, b) => a.count - b.count);
  return least!.count <= FEW ? least!.filter : null;
}

/** Where each of `filters` is next passed, the last of these places counts: nothing before it passes all. */
async function leap(
  reads: SqlReader,
  team: Condition,
  filters: readonly Filter[],
  behind: Position | null,
): Promise<Position | 'end'> {
  const before = Number(behind?.[0] ?? BEYOND);
  let next = BEYOND;
  for (const { index, among, condition } of filters) {
    const seq = among
      ? await nextAmong(reads, team, { index, ...among }, before)
      : await nextDuring(reads, team, condition, before);
    if (seq === null) return 'end';
    next = Math.min(next, seq);
  }
  return [next + 1];
}

const inOrder = (index: string, conditions: readonly Condition[]) => ({
  index,
  where: conditions.map(([sql]) => sql).join(' AND '),
  values: conditions.flatMap(([, ...values]) => values),
  orderBy: 't.seq DESC',
});
const seqAt = async (
  reads: SqlReader,
  selection: ReturnType<typeof inOrder>,
  offset = 0,
): Promise<number | null> => {
  const found = await reads.valuesAt(AuditEvent, selection, ['seq'], offset);
  return found && Number(found[0]);
};

async function nextAmong(
  reads: SqlReader,
  team: Condition,
  { index, column, values }: { index: string; column: string; values: readonly string[] },
  before: number,
): Promise<number | null> {
  const found: number[] = [];
  for (const value of values) {
    const seq = await seqAt(reads, inOrder(index, [team, [`t.${column} = ?`, value], ['t.seq < ?', before]]));
    if (seq !== null) found.push(seq);
  }
  return found.length > 0 ? Math.max(...found) : null;
}

/** No order of times is the order of the log: clocks differ, and are set back. */
async function nextDuring(
  reads: SqlReader,
  team: Condition,
  time: Condition,
  before: number,
): Promise<number | null> {
  const rest: Condition[] = [team, ['t.seq < ?', before]];
  const last = await seqAt(reads, inOrder(IN_ORDER, rest), PASSED - 1);
  const found = await seqAt(reads, inOrder(IN_ORDER, [...rest, ['t.seq >= ?', last ?? 0], time]));
  return found ?? (last === null ? null : last - 1);
}
