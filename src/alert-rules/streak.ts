/** The last checks of a monitor that a rule judged alike. */
export interface Streak {
  /** Whether they match; null before the first that could be told. */
  readonly matching: boolean | null;
  /** How many there are: at most `MAX_STREAK`, so that what lasts changes nothing any more. */
  readonly length: number;
  /** When the first of them was made. Epoch milliseconds. */
  readonly since: number;
}

/** As many checks in a row as a rule can ask for. */
export const MAX_STREAK = 10;

export const noStreak: Streak = { matching: null, length: 0, since: 0 };

/** How long a streak must be to mean something. */
export interface Thresholds {
  /** Matching checks in a row that fire the rule. */
  readonly triggerAfter: number;
  /** Other checks in a row that resolve what it fired. */
  readonly resolveAfter: number;
}

/** The streak after a check made at `at`. One that cannot be told (null) moves nothing: the same object comes back. */
export function extend(streak: Streak, match: boolean | null, at: number): Streak {
  if (match === null) return streak;
  if (match !== streak.matching) return { matching: match, length: 1, since: at };
  return streak.length === MAX_STREAK ? streak : { ...streak, length: streak.length + 1 };
}

/** What a streak means: that something is wrong, that it is over, or nothing yet. It goes on meaning it while it lasts. */
export function signalOf(
  { matching, length }: Streak,
  { triggerAfter, resolveAfter }: Thresholds,
): 'fires' | 'resolves' | null {
  if (matching === true && length >= triggerAfter) return 'fires';
  return matching === false && length >= resolveAfter ? 'resolves' : null;
}
