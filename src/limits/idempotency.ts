import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { open, seal } from '../crypto/envelope.js';
import { Secrets } from '../crypto/secrets.js';
import { isUniqueViolation } from '../database/errors.js';
import { findLocked } from '../database/locks.js';
import { Transactions } from '../database/transactions.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import { IdempotencyAnswerLost, IdempotencyInProgress, IdempotencyMismatch } from './limits.problems.js';

/** A request that must take effect once. */
export interface RetryableRequest {
  /** The caller and the route: the same key of somebody else is another key. */
  readonly scope: string;
  readonly key: string;
  readonly request: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of the body, as text. */
  readonly payload: string;
}

const MINUTE = 60_000;
const KEPT_MS = 24 * 60 * MINUTE;
const SECRET_KEPT_MS = 10 * MINUTE;
/** Longer than any request may take: whoever holds a claim after that is gone. */
const CLAIM_MS = MINUTE;

/**
 * Lets a request that is repeated with the same `Idempotency-Key` take effect once, also when the server
 * is killed in between: the claim is marked in the transaction of the change itself, so that what was
 * committed is never run again, and a claim that was taken over cannot commit.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly transactions: Transactions,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Begins `request`, or gives the answer it had. Throws one of the idempotency problems. */
  async begin(request: RetryableRequest): Promise<{ answer: Answer } | { attempt: Attempt }> {
    try {
      return await this.transactions.run((manager) => this.claim(manager, request));
    } catch (error) {
      if (isUniqueViolation(error)) throw inProgress();
      throw error;
    }
  }

  private async claim(
    manager: EntityManager,
    request: RetryableRequest,
  ): Promise<{ answer: Answer } | { attempt: Attempt }> {
    const now = this.clock.now();
    const digest = this.secrets.mac('idempotency', `${request.scope}\n${request.key}`);
    const requestDigest = this.secrets.mac('idempotency', request.request);
    const claim = newId('idm');
    const fresh = {
      requestDigest,
      claim,
      claimedAt: now,
      committedAt: null,
      answer: null,
      answerExpiresAt: null,
      expiresAt: new Date(now.getTime() + KEPT_MS),
    };
    const attempt = {
      attempt: new Attempt(this.transactions, this.clock, { digest, claim }, this.answerKey(request)),
    };

    const record = await findLocked(manager, IdempotencyRecord, { digest });
    if (!record) {
      await manager.insert(IdempotencyRecord, { digest, ...fresh });
      return attempt;
    }
    const isOver = record.expiresAt <= now;
    if (!isOver && record.requestDigest !== requestDigest)
      throw new IdempotencyMismatch('This Idempotency-Key was used for a request with another body.');
    if (!isOver && record.answer !== null && record.answerExpiresAt! > now)
      return { answer: this.openAnswer(record, request) };
    const isRunning = record.answer === null && now.getTime() - record.claimedAt.getTime() < CLAIM_MS;
    if (!isOver && isRunning) throw inProgress();
    if (!isOver && record.committedAt)
      throw new IdempotencyAnswerLost('The request took effect, but its answer is no longer known.');
    await manager.update(IdempotencyRecord, { digest }, fresh);
    return attempt;
  }

  private openAnswer({ digest, answer }: IdempotencyRecord, request: RetryableRequest): Answer {
    return JSON.parse(open(this.answerKey(request), answer!, digest)) as Answer;
  }

  /** Needs both the server's secret and the header's value: neither a stolen database nor its operator's backups tell the answer. */
  private answerKey({ scope, key }: RetryableRequest): Buffer {
    return createHmac('sha256', this.secrets.key('idempotency')).update(`answer\n${scope}\n${key}`).digest();
  }
}

/** One run of a request. */
export class Attempt {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly own: { readonly digest: string; readonly claim: string },
    private readonly key: Buffer,
  ) {}

  /** Joins the transaction of the change. Throws, and so undoes it, when another attempt has taken over. */
  async commit(manager: EntityManager): Promise<void> {
    const { affected } = await manager.update(IdempotencyRecord, this.own, { committedAt: this.clock.now() });
    if (!affected) throw inProgress();
  }

  /** Keeps the answer: a day, or ten minutes if it holds a token or a secret. */
  async complete(answer: Answer): Promise<void> {
    const now = this.clock.now();
    const holdsSecret = /"(?:token|secret)":"/.test(answer.payload);
    const answerExpiresAt = new Date(now.getTime() + (holdsSecret ? SECRET_KEPT_MS : KEPT_MS));
    const sealed = seal(this.key, JSON.stringify(answer), this.own.digest);
    await this.transactions.run((manager) =>
      manager.update(IdempotencyRecord, this.own, { answer: sealed, answerExpiresAt, committedAt: now }),
    );
  }

  /** Gives the key free again: the request failed and changed nothing. */
  async abandon(): Promise<void> {
    await this.transactions.run((manager) =>
      manager.delete(IdempotencyRecord, { ...this.own, committedAt: IsNull() }),
    );
  }
}

const inProgress = () =>
  new IdempotencyInProgress('The first request with this Idempotency-Key is still running.', {
    retryAfter: 1,
  });
