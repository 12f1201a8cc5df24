import { Injectable } from '@nestjs/common';
import { confirm } from '../auth/authority.js';
import type { ActorContext, Hold } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { ExtendedTransaction, type Transaction, Transactions } from '../database/transactions.js';
import type { AuditAction, TargetType } from './audit-action.js';
import type { AuditOutcome } from './audit-event.entity.js';
import { AuditEventsRepository, type NewAuditEvent } from './audit-events.repository.js';
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
  readonly by?: ActorContext;
  /** Whose log tells of it, where that is not the team of who did it. */
  readonly teamId?: string;
}

/** A change in progress: the transaction it happens in, and the events that tell of it. */
export class AuditedTransaction<By extends ActorContext = ActorContext> extends ExtendedTransaction {
  readonly events: NewAuditEvent[] = [];

  constructor(
    transaction: Transaction,
    /** The moment of the change, the same for every row it writes. */
    readonly at: Date,
    /** Who makes it, as they are now: their role, plan and limits are true until the transaction ends. */
    readonly by: By,
  ) {
    super(transaction);
  }

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

type Work<By extends ActorContext, T> = (tx: AuditedTransaction<By>) => Promise<T>;

/** The one way to change data: what was done, and the record that it was done, stand or fall together. */
@Injectable()
export class AuditedTransactions {
  constructor(
    private readonly transactions: Transactions,
    private readonly log: AuditEventsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` as a change made by `by`. A change that records no event is refused and undone, and so is one
   * for which the conditions of the request do not hold; what was refused is recorded all the same.
   *
   * First of all the caller's credential, membership, role and plan are held and looked at again, so that what
   * they were let in for is still true: `change.by` is who they are now. Throws what the guards would throw.
   *
   * `work` may run more than once (see `Transactions`), so it touches nothing but the database.
   */
  run<By extends ActorContext, T>(by: By, work: Work<By, T>): Promise<T> {
    return this.effect(by, 'shared', work);
  }

  /**
   * The same for what takes authority away, from the caller or somebody else: none of the team's changes that
   * rest on it runs meanwhile. `alsoIn` is another team of the caller, whose membership there is held as well.
   */
  runAlone<By extends ActorContext, T>(
    by: By,
    work: Work<By, T>,
    { alsoIn }: { alsoIn?: string } = {},
  ): Promise<T> {
    return this.effect(by, alsoIn === undefined ? 'alone' : { alsoIn }, work);
  }

  /** The same for what comes before the effect of a request: one that ends without it may be sent again (see `Idempotency`). */
  runBefore<By extends ActorContext, T>(by: By, work: Work<By, T>): Promise<T> {
    return this.transactions.run((transaction) => this.change(by, transaction, 'shared', work));
  }

  /** Records what somebody tried in vain. It changes nothing, and needs no authority. */
  note(
    by: ActorContext,
    action: AuditAction,
    target: Target | null,
    outcome: 'denied' | 'failed',
    details: Pick<Details, 'count' | 'targets'> = {},
  ): Promise<void> {
    return this.transactions.run((transaction) => {
      const tx = new AuditedTransaction(transaction, this.clock.now(), by);
      tx.record(action, target, { outcome, ...details });
      return this.store(tx);
    });
  }

  private effect<By extends ActorContext, T>(by: By, hold: Hold, work: Work<By, T>): Promise<T> {
    return this.transactions.run(async (transaction) => {
      const result = await this.change(by, transaction, hold, work);
      await by.context?.joinChange?.(transaction);
      return result;
    });
  }

  private async change<By extends ActorContext, T>(
    by: By,
    transaction: Transaction,
    hold: Hold,
    work: Work<By, T>,
  ): Promise<T> {
    const caller = await confirm(by, transaction, hold);
    const tx = new AuditedTransaction(transaction, this.clock.now(), caller);
    const result = await work(tx);
    if (tx.events.some(({ outcome }) => outcome === 'success')) by.context?.preconditions?.requireMet();
    await this.store(tx);
    return result;
  }

  private async store(tx: AuditedTransaction): Promise<void> {
    if (tx.events.length === 0) throw new Error('A change must record at least one audit event');
    await this.log.append(tx, tx.events);
  }
}
