import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { TokenSuperseded } from '../auth/auth.problems.js';
import { isWithinReach, type Reach } from '../auth/project-reach.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { open, seal } from '../crypto/envelope.js';
import { Secrets } from '../crypto/secrets.js';
import { isUniqueViolation } from '../database/errors.js';
import { type Transaction, Transactions } from '../database/transactions.js';
import type { IdempotencyRecord } from './idempotency-record.entity.js';
import { type Claim, IdempotencyRepository } from './idempotency.repository.js';
import { IdempotencyAnswerLost, IdempotencyInProgress, IdempotencyMismatch } from './limits.problems.js';

/** A request that must take effect once. */
export interface RetryableRequest {
  /** The caller and the route: the same key of somebody else is another key. */
  readonly scope: string;
  readonly key: string;
  readonly request: string;
  /** The digest of the API key's token that it is sent with. */
  readonly tokenDigest: string | null;
  /** The projects that the caller reaches now. */
  readonly reach: Reach;
  /** Whether that token was rotated away, and lives on for an overlap. */
  readonly isSuperseded: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of the body, as text. */
  readonly payload: string;
}

/** An answer as it is kept: with the projects that whoever got it could reach, which answers from before have not. */
interface KeptAnswer extends Answer {
  readonly reach?: Reach;
}

const MINUTE = 60_000;
const KEPT_MS = 24 * 60 * MINUTE;
const SECRET_KEPT_MS = 10 * MINUTE;

/** Longer than any request may take, which is a check by hand: whoever holds a claim after that is gone. */
const CLAIM_MS = 1.5 * MINUTE;

/** When a claim began that nobody holds any more. */
const LONG_AGO = new Date(0);

/**
 * Lets a request that is repeated with the same `Idempotency-Key` take effect once, also when the server
 * is killed in between: the claim is marked in the transaction of the change itself, so that what was
 * committed is never run again, and a claim that was taken over cannot commit.
 */
@Injectable()
export class Idempotency {
  /** Claims of this process that could not be given up, because the database was away. */
  private readonly abandoned = new Set<string>();

  constructor(
    private readonly transactions: Transactions,
    private readonly records: IdempotencyRepository,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Begins `request`, or gives the answer it had. Throws one of the idempotency problems, or `TokenSuperseded`. */
  async begin(request: RetryableRequest): Promise<{ answer: Answer } | { attempt: IdempotentRun }> {
    try {
      const begun = await this.transactions.run((tx) => this.claim(tx, request));
      if ('takenFrom' in begun) this.abandoned.delete(begun.takenFrom);
      return begun;
    } catch (error) {
      if (isUniqueViolation(error)) throw inProgress();
      throw error;
    }
  }

  private async claim(
    tx: Transaction,
    request: RetryableRequest,
  ): Promise<
    { answer: Answer } | { attempt: IdempotentRun } | { attempt: IdempotentRun; takenFrom: string }
  > {
    const now = this.clock.now();
    const { digest, requestDigest } = this.digestsOf(request);
    const claim = newId('idm');
    const fresh = {
      requestDigest,
      tokenDigest: request.tokenDigest,
      claim,
      claimedAt: now,
      committedAt: null,
      answer: null,
      answerExpiresAt: null,
      expiresAt: new Date(now.getTime() + KEPT_MS),
    };
    const attempt = {
      attempt: new IdempotentRun(
        this.transactions,
        this.records,
        this.clock,
        { digest, claim },
        { reach: request.reach, key: this.answerKey(request) },
        this.abandoned,
      ),
    };

    const record = await this.records.lock(tx, { digest });
    if (!record) {
      await this.records.insert(tx, { digest, ...fresh });
      return attempt;
    }
    const isOver = record.expiresAt <= now;
    if (!isOver && record.requestDigest !== requestDigest)
      throw new IdempotencyMismatch('This Idempotency-Key was used for a request with another body.');
    if (!isOver && hasAnswer(record, now)) return { answer: this.repeatable(record, request) };
    if (!isOver && !this.abandoned.has(record.claim) && isRunning(record, now)) throw inProgress();
    if (!isOver && record.committedAt)
      throw new IdempotencyAnswerLost('The request took effect, but its answer is no longer known.');
    await this.records.update(tx, { digest }, fresh);
    return { ...attempt, takenFrom: record.claim };
  }

  /**
   * The answer that exactly this request got when it was sent with exactly this token, or null. Begins nothing.
   * Throws `IdempotencyInProgress` while it is still to come.
   */
  async recall(request: RetryableRequest): Promise<Answer | null> {
    const now = this.clock.now();
    const { digest, requestDigest } = this.digestsOf(request);
    const record = await this.records.find(digest);
    const isThis =
      record?.requestDigest === requestDigest &&
      record.tokenDigest !== null &&
      record.tokenDigest === request.tokenDigest;
    if (!isThis || record.expiresAt <= now) return null;
    if (hasAnswer(record, now)) return this.openAnswer(record, request);
    if (isRunning(record, now)) throw inProgress();
    return null;
  }

  private digestsOf({ scope, key, request }: RetryableRequest) {
    return {
      digest: this.secrets.mac('idempotency', `${scope}\n${key}`),
      requestDigest: this.secrets.mac('idempotency', request),
    };
  }

  /**
   * A token that was rotated away gets no token and no secret that another one was given, and a key that was limited
   * since nothing that may be beyond its projects. Throws `TokenSuperseded` and `IdempotencyAnswerLost`.
   */
  private repeatable(record: IdempotencyRecord, request: RetryableRequest): Answer {
    const { reach = null, ...answer } = this.openAnswer(record, request);
    if (!isWithinReach(reach, request.reach))
      throw new IdempotencyAnswerLost('The request took effect; its answer may be beyond your projects now.');
    const isOfAnother = request.isSuperseded && record.tokenDigest !== request.tokenDigest;
    if (isOfAnother && holdsSecret(answer))
      throw new TokenSuperseded('Ask again with the token that took its place.');
    return answer;
  }

  private openAnswer({ digest, answer }: IdempotencyRecord, request: RetryableRequest): KeptAnswer {
    return JSON.parse(open(this.answerKey(request), answer!, digest)) as KeptAnswer;
  }

  /** Needs both the server's secret and the header's value: neither a stolen database nor its operator's backups tell the answer. */
  private answerKey({ scope, key }: RetryableRequest): Buffer {
    return createHmac('sha256', this.secrets.key('idempotency')).update(`answer\n${scope}\n${key}`).digest();
  }
}

/** One run of a request. */
export class IdempotentRun {
  constructor(
    private readonly transactions: Transactions,
    private readonly records: IdempotencyRepository,
    private readonly clock: Clock,
    private readonly own: Claim,
    private readonly sealing: { readonly reach: Reach; readonly key: Buffer },
    private readonly abandoned: Set<string>,
  ) {}

  /** Joins the transaction of the change. Throws, and so undoes it, when another attempt has taken over. */
  async commit(tx: Transaction): Promise<void> {
    if (!(await this.records.update(tx, this.own, { committedAt: this.clock.now() }))) throw inProgress();
  }

  /** Keeps the answer: a day, or ten minutes if it holds a token or a secret. */
  async complete(answer: Answer): Promise<void> {
    const now = this.clock.now();
    const answerExpiresAt = new Date(now.getTime() + (holdsSecret(answer) ? SECRET_KEPT_MS : KEPT_MS));
    const { reach, key } = this.sealing;
    const kept: KeptAnswer = { ...answer, reach };
    const sealed = seal(key, JSON.stringify(kept), this.own.digest);
    await this.transactions.run((tx) =>
      this.records.update(tx, this.own, { answer: sealed, answerExpiresAt, committedAt: now }),
    );
  }

  /** Ends the attempt without an answer to keep. The key is free again at once, unless a change was made. */
  async discard(): Promise<void> {
    try {
      await this.transactions.run(async (tx) => {
        await this.records.deleteUncommitted(tx, this.own);
        await this.records.update(tx, this.own, { claimedAt: LONG_AGO });
      });
    } catch (error) {
      this.abandoned.add(this.own.claim);
      throw error;
    }
  }
}

const holdsSecret = ({ payload }: Answer): boolean => /"(?:token|secret)":"/.test(payload);

const hasAnswer = ({ answer, answerExpiresAt }: IdempotencyRecord, now: Date): boolean =>
  answer !== null && answerExpiresAt! > now;

const isRunning = ({ answer, claimedAt }: IdempotencyRecord, now: Date): boolean =>
  answer === null && now.getTime() - claimedAt.getTime() < CLAIM_MS;

const inProgress = () =>
  new IdempotencyInProgress('The first request with this Idempotency-Key is still running.', {
    retryAfter: 1,
  });
