import { In } from 'typeorm';
import { findFirstLocked } from '../../database/locks.js';
import type { LatestIncident } from './transitions.js';
import { Incident, type IncidentStatus } from './incident.entity.js';
import type { Transaction } from '../../database/transactions.js';

/** A rule and a monitor. */
export interface PairIds {
  readonly rule: { readonly id: string };
  readonly monitor: { readonly id: string };
}

/**
 * The unresolved incident of a rule and a monitor, or else the last one there was. Nobody changes it until
 * the transaction ends.
 */
export function lockLast({ manager }: Transaction, { rule, monitor }: PairIds): Promise<Incident | null> {
  const where = { ruleId: rule.id, monitorId: monitor.id };
  // In the order of the alphabet what is resolved comes last.
  return findFirstLocked(manager, Incident, where, { status: 'ASC', lastOpenedAt: 'DESC' });
}

/** Changes an incident that has one of `statuses`. Answers whether it had. */
export async function changed(
  { manager }: Transaction,
  id: string,
  statuses: readonly IncidentStatus[],
  edit: Partial<Incident>,
): Promise<boolean> {
  const { affected } = await manager.update(Incident, { id, status: In([...statuses]) }, edit);
  return affected === 1;
}

/** An incident as far as it decides about what comes next. */
export const latestOf = (incident: Incident): LatestIncident => ({
  id: incident.id,
  isOpen: incident.status !== 'resolved',
  lastWord: incident.lastWord,
  isSettled: Boolean(incident.settled),
  lastOpenedAt: incident.lastOpenedAt,
  resolvedAt: incident.resolvedAt,
  lastToldAt: incident.lastToldAt,
  goodSince: incident.goodSince,
});
