/**
 * What channels take a rule and a monitor for, by the last they were told: `unstable` says that it comes and
 * goes, so that it is true whatever the next check says.
 */
export const notifiedStates = ['failing', 'unstable', 'good'] as const;
export type NotifiedState = (typeof notifiedStates)[number];

/** What is known of the last incident of a rule and a monitor. Times are epoch milliseconds. */
export interface LatestIncident {
  readonly id: string;
  readonly isOpen: boolean;
  /** The last word that was told of the two, whether there were channels to hear it. */
  readonly lastWord: NotifiedState;
  /** Whether it is over and nobody is owed the word that it is. */
  readonly isSettled: boolean;
  /** When it was opened, or opened again. */
  readonly lastOpenedAt: number;
  readonly resolvedAt: number | null;
  /** When the last word was told. */
  readonly lastToldAt: number;
  /** Since when it has been good, while that is still to last a whole cooldown. */
  readonly goodSince: number | null;
}

/** What a check showed, and what decides about its consequences. */
export interface TransitionInput {
  /** When the first of the checks was made that the rule judged alike. */
  readonly since: number;
  /** When the last of them ended. */
  readonly at: number;
  /** When a check last showed that it fails, as far as this process has seen; null for never. */
  readonly failedAt: number | null;
  /** Whether the rule fires; otherwise the checks since the last that meant something do not mean anything yet. Of failures only. */
  readonly isFiring: boolean;
  readonly inMaintenance: boolean;
  readonly cooldownMs: number;
  /** Whether the channels that the rule has now were looked through for those that were not told. */
  readonly isOffered: boolean;
  /** The time as it is. */
  readonly now: number;
}

/**
 * `tell`: it is open though channels take it for good. `falter`: it fails again before the all-clear came.
 * `join`: channels that came to the rule meanwhile are told, whether it faltered or not. The silent one leaves
 * channels what they heard.
 */
export type FailingTransition = 'open' | 'reopen' | 'reopen-silently' | 'tell' | 'falter' | 'join';

/** `calm`: it is good from now on, and that must last a whole cooldown. `tell-over`: it is over, which channels are yet to be told. */
export type RecoveryTransition = 'calm' | 'resolve' | 'resolve-silently' | 'tell-over';

/** When it was good last, or was declared to be: a failure within a cooldown of that belongs to the same incident. */
const goodFrom = ({ resolvedAt, lastToldAt, goodSince }: LatestIncident): number =>
  Math.max(resolvedAt ?? 0, lastToldAt, goodSince ?? 0);

/** Whether `at` was before something that is stored: another process, or a person, was later. A clock that was set back is no reason. */
const isBefore = (at: number, stored: number | null, now: number): boolean =>
  stored !== null && at < stored && stored <= now;

/** What comes of it that a rule fires, or fired and has not found anything else since; null for nothing. */
export function onFailing(latest: LatestIncident | null, input: TransitionInput): FailingTransition | null {
  if (input.inMaintenance) return null;
  if (!input.isFiring) return latest && isFailingStill(latest) && !input.isOffered ? 'join' : null;
  if (latest === null) return 'open';
  const { isOpen, lastWord, goodSince, resolvedAt } = latest;
  if (isOpen) {
    if (lastWord === 'good') return 'tell';
    if (!input.isOffered) return 'join';
    return goodSince === null ? null : 'falter';
  }
  if (isBefore(input.since, resolvedAt, input.now)) return null;
  if (input.since >= goodFrom(latest) + input.cooldownMs) return 'open';
  return lastWord === 'good' ? 'reopen' : 'reopen-silently';
}

/** What is good for a while by now may be over soon: who comes then hears of it if it fails again. */
const isFailingStill = ({ isOpen, lastWord, goodSince }: LatestIncident): boolean =>
  isOpen && lastWord !== 'good' && goodSince === null;

/** What comes of it that a rule finds nothing; null for nothing. */
export function onRecovered(
  latest: LatestIncident | null,
  input: TransitionInput,
): RecoveryTransition | null {
  if (latest === null || latest.isSettled) return null;
  if (isBefore(input.at, latest.lastOpenedAt, input.now)) return null;
  const { isOpen, lastWord } = latest;
  if (lastWord === 'unstable') {
    const since = calmSince(latest, input);
    if (input.at < since + input.cooldownMs) return since === latest.goodSince ? null : 'calm';
  }
  if (isOpen) return input.inMaintenance || lastWord === 'good' ? 'resolve-silently' : 'resolve';
  if (input.inMaintenance) return null;
  return lastWord === 'good' && input.isOffered ? null : 'tell-over';
}

/**
 * Since when it has been good. What is stored holds unless a failure was seen later that could not be stored, or
 * the clock was set back behind it.
 */
const calmSince = ({ goodSince }: LatestIncident, { at, failedAt, now }: TransitionInput): number =>
  goodSince === null || goodSince > now || (failedAt !== null && failedAt > goodSince) ? at : goodSince;
