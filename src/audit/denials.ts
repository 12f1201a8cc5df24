import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiRequest } from '../access/api-request.js';
import type { Initiator } from '../access/principal.js';
import { Clock } from '../common/clock.js';
import { Once } from '../common/once.js';
import { withoutTokens } from '../crypto/token.js';
import type { Problem, ProblemType } from '../problems/problem.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import type { AuditAction, TargetType } from './audit-action.js';
import { AuditedAction } from './audited.decorator.js';
import { Changes, type Target } from './changes.js';

const MINUTE = 60_000;

/**
 * Records what callers tried and may not: every 403 of a route that changes something, as the event of its
 * action with the outcome `denied`.
 *
 * Once a minute for each caller and action: neither a program that repeats itself nor somebody who tries one
 * thing after the other fills the log.
 */
@Injectable()
export class Denials implements OnModuleInit {
  private readonly recent: Once;
  private readonly overlooked = new Set<string>();

  constructor(
    private readonly changes: Changes,
    private readonly reflector: Reflector,
    private readonly problems: ProblemFilter,
    clock: Clock,
  ) {
    this.recent = new Once(MINUTE, clock);
  }

  onModuleInit(): void {
    this.problems.beforeAnswer((problem, request) => this.notice(problem, request as ApiRequest));
  }

  /** Leaves out a 403 that says nothing of the caller's rights. */
  overlook({ code }: ProblemType): void {
    this.overlooked.add(code);
  }

  private async notice(problem: Problem, request: ApiRequest): Promise<void> {
    const { user, handler } = request;
    if (!user || problem.type.status !== 403 || this.overlooked.has(problem.type.code)) return;
    const action = this.reflector.get(AuditedAction, handler);
    if (action) await this.record(user, action, targetOf(action, request));
  }

  private async record(by: Initiator, action: AuditAction, target: Target): Promise<void> {
    const { actor } = by;
    if (!this.recent.first(`${actor.via?.id ?? actor.id} ${action}`)) return;
    await this.changes.note(by, action, target, 'denied');
  }
}

function targetOf(action: AuditAction, { params }: ApiRequest): Target {
  const id = Object.values((params ?? {}) as Record<string, string>).at(-1) ?? null;
  return { type: action.split('.')[0] as TargetType, id: id && withoutTokens(id).slice(0, 40), name: null };
}
