import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Initiator } from '../access/principal.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { Transactions } from '../database/transactions.js';
import type { AuditAction, TargetType } from './audit-action.js';
import { AuditEvent, type AuditOutcome } from './audit-event.entity.js';
import type { FieldChange } from './field-changes.js';

/** What an event happened to. */
export interface Target {
  readonly type: TargetType;
  readonly id: string | null;
  readonly name: string | null;
}

interface Details {
  readonly changes?: readonly FieldChange[];
  readonly outcome?: AuditOutcome;
  /** How many attempts the event stands for, and what they were aimed at where that was not one thing. */
  readonly count?: number;
  readonly targets?: readonly string[];
  /** Who did it, where that is known better than by who asked: somebody who just signed up. */
  readonly by?: Initiator;
  /** Whose log tells of it, where that is not the team of who did it. */
  readonly teamId?: string;
}

type NewEvent = Omit<AuditEvent, 'seq'>;

/** How many events one statement inserts: SQLite takes 32,766 values in one. */
const BATCH = 500;

/** A change in progress: the transaction it happens in, and the events that tell of it. */
export class Change {
  readonly events: NewEvent[] = [];

  constructor(
    readonly manager: EntityManager,
    /** The moment of the change, the same for every row it writes. */
    readonly at: Date,
    readonly by: Initiator,
  ) {}

  /** Notes that `action` happened to `target`. Stored with the change, in the same transaction. */
  record(action: AuditAction, target: Target | null, details: Details = {}): void {
    const { actor, teamId, context } = details.by ?? this.by;
    this.events.push({
      id: newId('aud'),
      teamId: details.teamId ?? teamId,
      at: this.at,
      action,
      outcome: details.outcome ?? 'success',
      count: details.count ?? 1,
      targets: details.targets ?? null,
      actorType: actor.type,
      actorId: actor.id,
      actorName: actor.name,
      viaKeyId: actor.via?.id ?? null,
      viaKeyName: actor.via?.name ?? null,
      targetType: target?.type ?? null,
      targetId: target?.id ?? null,
      targetName: target?.name ?? null,
      changes: JSON.stringify(details.changes ?? []),
      requestId: context?.requestId ?? null,
      ip: context?.ip ?? null,
      userAgent: context?.userAgent ?? null,
      method: context?.method ?? null,
      route: context?.route ?? null,
    });
  }
}

/** The one way to change data: what was done, and the record that it was done, stand or fall together. */
@Injectable()
export class Changes {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` as a change made by `by`. A change that records no event is refused and undone, and so is one
   * for which the conditions of the request do not hold; what was refused is recorded all the same.
   *
   * `work` may run more than once (see `Transactions`), so it touches nothing but the database.
   */
  run<T>(by: Initiator, work: (change: Change) => Promise<T>): Promise<T> {
    return this.transactions.run(async (manager) => {
      const change = new Change(manager, this.clock.now(), by);
      const result = await work(change);
      if (change.events.length === 0) throw new Error('A change must record at least one audit event');
      if (change.events.some(({ outcome }) => outcome === 'success')) by.context?.preconditions?.requireMet();
      for (let i = 0; i < change.events.length; i += BATCH)
        await manager.insert(AuditEvent, change.events.slice(i, i + BATCH));
      await by.context?.joinChange?.(manager);
      return result;
    });
  }
}
