import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiRequest } from '../access/api-request.js';
import { Clock } from '../common/clock.js';
import { withoutTokens } from '../crypto/token.js';
import { Housekeeping } from '../database/housekeeping.js';
import type { Problem, ProblemType } from '../problems/problem.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import type { AuditAction, TargetType } from './audit-action.js';
import { AuditedAction } from './audited.decorator.js';
import { Changes, type Target } from './changes.js';
import { type Refusal, Refusals, type Repeated } from './refusals.js';

/**
 * Records what callers tried and may not: every 403 of a route that changes something, as the event of its
 * action with the outcome `denied`.
 *
 * The first one of a caller and action is recorded before it is answered. Those that follow within a minute
 * become one event with their number and what they were aimed at: neither a program that repeats itself nor
 * somebody who tries one thing after the other fills the log. A process that is killed loses that one.
 */
@Injectable()
export class Denials implements OnModuleInit, BeforeApplicationShutdown {
  private readonly refusals = new Refusals();
  private readonly overlooked = new Set<string>();

  constructor(
    private readonly changes: Changes,
    private readonly reflector: Reflector,
    private readonly problems: ProblemFilter,
    private readonly clock: Clock,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.problems.beforeAnswer((problem, request) => this.notice(problem, request as ApiRequest));
    this.housekeeping.add('Recording repeated refusals', () => this.recordOver());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.recordAll(this.refusals.takeAll());
  }

  /** Leaves out a 403 that says nothing of the caller's rights. */
  overlook({ code }: ProblemType): void {
    this.overlooked.add(code);
  }

  private async notice(problem: Problem, request: ApiRequest): Promise<void> {
    const { user, handler } = request;
    if (!user || problem.type.status !== 403 || this.overlooked.has(problem.type.code)) return;
    const action = this.reflector.get(AuditedAction, handler);
    if (!action) return;
    await this.recordOver();
    const refusal = { by: user, action, target: targetOf(action, request) };
    if (this.refusals.isFirst(refusal, this.clock.now().getTime())) await this.record(refusal, {});
  }

  private recordOver(): Promise<void> {
    return this.recordAll(this.refusals.take(this.clock.now().getTime()));
  }

  private async recordAll(repeated: readonly Repeated[]): Promise<void> {
    for (const { last, count, targets } of repeated) {
      const target = targets.length > 1 ? { ...last.target, id: null } : last.target;
      await this.record({ ...last, target }, { count, ...(targets.length > 1 && { targets }) });
    }
  }

  private record(
    { by, action, target }: Refusal,
    details: { count?: number; targets?: readonly string[] },
  ): Promise<void> {
    return this.changes.note(by, action, target, 'denied', details);
  }
}

function targetOf(action: AuditAction, { params }: ApiRequest): Target {
  const id = Object.values((params ?? {}) as Record<string, string>).at(-1) ?? null;
  return { type: action.split('.')[0] as TargetType, id: id && withoutTokens(id).slice(0, 40), name: null };
}
