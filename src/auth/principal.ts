import type { CountedAs } from '../forwarding/client.js';
import type { Ability } from './ability.js';
import type { Role } from './role.js';
import type { Plan } from './plan.js';
import type { Preconditions } from './preconditions.js';
import type { Reach } from './project-reach.js';
import type { Transaction } from '../database/transactions.js';

/** Who did something, as the audit log tells it. */
export interface Actor {
  readonly type: 'user' | 'api-key' | 'system' | 'anonymous';
  /** The person, also when they act through a key. */
  readonly id: string | null;
  readonly name: string | null;
  /** The key they act through. */
  readonly via: { readonly id: string; readonly name: string } | null;
}

/** The request something was done with. */
export interface RequestContext {
  readonly requestId: string;
  /** Null where it is not known: see `Client`. */
  readonly ip: string | null;
  /** What counts for its address in limits. */
  readonly counted: CountedAs;
  readonly userAgent: string | null;
  readonly method: string;
  /** The route's pattern, such as `/v1/api-keys/{id}`. */
  readonly route: string;
  /** What the request asks to be so before it is carried out; none for null. */
  readonly preconditions?: Preconditions | null;
  /** What stands in the path for the pattern's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What the guards asked of the caller: see `demand`. */
  readonly demands: Demand[];
  /** Answers a repetition of the request with which a key replaced this token of its own, and else does nothing. */
  repeat?: ((token: SupersededToken) => Promise<void>) | undefined;
  /** Joins the transaction of the change that the request makes, and can veto it. */
  joinChange?: (tx: Transaction) => Promise<void>;
}

/** Whoever starts a change: a caller, somebody who has no account yet, or the system itself. */
export interface ActorContext {
  readonly actor: Actor;
  readonly teamId: string | null;
  readonly context: RequestContext | null;
  /** None for whoever needs none: the program itself, and those who have no credential yet. */
  readonly authority?: Authority;
}

/** A token that a key has replaced, by its digest. */
export interface SupersededToken {
  readonly keyId: string;
  readonly teamId: string;
  readonly digest: string;
}

/** What bounds the use of a key beside its abilities. */
export interface KeyLimits {
  /** Null for never. */
  readonly expiresAt: Date | null;
  /** Networks in CIDR notation; none for any. */
  readonly allowedIps: readonly string[];
  readonly projectIds: Reach;
}

/** An authenticated caller: a person with a session, or a program with an API key. */
export interface Principal extends ActorContext {
  readonly userId: string;
  readonly teamId: string;
  readonly teamName: string;
  readonly role: Role;
  readonly plan: Plan;
  /** What the caller may do now. */
  readonly abilities: ReadonlySet<Ability>;
  readonly keyId: string | null;
  /** Null for a session. */
  readonly keyLimits: KeyLimits | null;
  readonly sessionId: string | null;
  /** The digest of a key's token; null for a session. */
  readonly tokenDigest: string | null;
  /** Whether the token was rotated away and lives on for the overlap. */
  readonly isSuperseded: boolean;
  readonly context: RequestContext;
  readonly authority: Authority;
}

/** The program itself, where nobody asked. */
export const systemActor = (teamId: string | null): ActorContext => ({
  actor: { type: 'system', id: null, name: null, via: null },
  teamId,
  context: null,
});

/** Somebody without a credential. */
export const anonymousActor = (context: RequestContext, teamId: string | null = null): ActorContext => ({
  actor: { type: 'anonymous', id: null, name: null, via: null },
  teamId,
  context,
});

/**
 * How a change holds what its caller's authority rests on: `shared` with other changes of the team's callers,
 * or `alone`, for a change that takes authority away, while no other of them runs; and where it is also about
 * another team of the caller, with their membership there.
 */
export type Hold = 'shared' | 'alone' | { readonly alsoIn: string };

/**
 * Holds what a caller's authority rests on until the transaction ends, and answers the caller as they are now.
 * Throws the problem of the credential where it is no longer good.
 */
export type Authority = (tx: Transaction, hold: Hold) => Promise<Principal>;

/** What a guard asks of a caller. Throws where the caller has it not. */
export type Demand = (caller: Principal) => void;
