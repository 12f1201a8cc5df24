import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiRequest } from '../auth/api-request.js';
import type { ActorContext, Principal } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { withoutTokens } from '../crypto/token.js';
import { RetentionJobs } from '../database/retention-jobs.js';
import type { Problem, ProblemType } from '../problems/problem.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import type { AuditAction, TargetType } from './audit-action.js';
import { AuditedAction } from './audited.decorator.js';
import { AuditedTransactions, type Target } from './audited-transactions.js';
import { Refusals, type Repeated, single } from './refusals.js';

/** How often it is looked whether a minute is over: as much later an event may be written. */
const SWEEP_MS = 1_000;

/**
 * Records what callers tried and may not: every 403 of a route that changes something, as the event of its
 * action with the outcome `denied`.
 *
 * The first one of a caller and action is recorded before it is answered. Those that follow within a minute
 * become one event with their number and what they were aimed at: neither a program that repeats itself nor
 * somebody who tries one thing after the other fills the log. That event is written when the minute is over; a process
 * that is killed loses it.
 *
 * Nobody waits for the records of others, and one that cannot be made keeps back no other: it is made a minute
 * later, or when the process stops.
 */
@Injectable()
export class DeniedAccessRecorder implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DeniedAccessRecorder.name);
  private readonly refusals = new Refusals();
  private readonly overlooked = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  /** Records what was collected, one after the other. Never fails. */
  private recording: Promise<void> = Promise.resolve();

  constructor(
    private readonly audited: AuditedTransactions,
    private readonly reflector: Reflector,
    private readonly problems: ProblemFilter,
    private readonly clock: Clock,
    private readonly retention: RetentionJobs,
  ) {}

  onModuleInit(): void {
    this.problems.beforeAnswer((problem, request) => this.notice(problem, request as ApiRequest));
    this.retention.add('Recording repeated refusals', () =>
      this.recordAll([...this.refusals.takeOwed(), ...this.takeOver()]),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.recordAll(this.takeOver()), SWEEP_MS).unref();
  }

  /** Once all requests are answered, so that none is refused afterwards. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.recording;
    await this.recordAll([...this.refusals.takeOwed(), ...this.refusals.takeAll()]);
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
    void this.recordAll(this.takeOver());
    const refusal = { by: witnessOf(user), action, target: targetOf(action, request) };
    if (this.refusals.isFirst(refusal, this.clock.now().getTime())) await this.record(single(refusal));
  }

  private takeOver(): Repeated[] {
    return this.refusals.take(this.clock.now().getTime());
  }

  private recordAll(collected: readonly Repeated[]): Promise<void> {
    if (collected.length === 0) return this.recording;
    return (this.recording = this.recording.then(() => this.recordEach(collected)));
  }

  private async recordEach(collected: readonly Repeated[]): Promise<void> {
    for (const each of collected) await this.record(each);
  }

  private async record(repeated: Repeated): Promise<void> {
    const { last, count, targets } = repeated;
    const isOfMany = targets.length > 1;
    const target = isOfMany ? { ...last.target, id: null } : last.target;
    try {
      await this.audited.note(last.by, last.action, target, 'denied', {
        count,
        ...(isOfMany && { targets }),
      });
    } catch (error) {
      const isKept = this.refusals.putBack(repeated);
      const reason = (error as Error).message.split('\n', 1)[0];
      this.logger.warn(`${count} refusals could not be recorded${isKept ? ' yet' : ''}: ${reason}`);
    }
  }
}

/** Of a caller what an event tells, and nothing that holds on to the request. */
const witnessOf = ({ actor, teamId, context }: Principal): ActorContext => {
  const { requestId, ip, counted, userAgent, method, route } = context;
  return { actor, teamId, context: { requestId, ip, counted, userAgent, method, route, demands: [] } };
};

function targetOf(action: AuditAction, { params }: ApiRequest): Target {
  const id = Object.values((params ?? {}) as Record<string, string>).at(-1) ?? null;
  return { type: action.split('.')[0] as TargetType, id: id && withoutTokens(id).slice(0, 40), name: null };
}
