import { Clock } from '../src/common/clock.js';

/** The time as the machine has it, from before any test moved it. */
const realNow = Date.now.bind(Date);
let offset = 0;
let clocks = 0;

/** A clock that tests move. Windows of rate limits read `Date.now`, so that is moved along. */
export class TestClock extends Clock {
  constructor() {
    super();
    clocks += 1;
    Date.now = () => realNow() + offset;
  }

  /** Moves the time on, or with a negative number back. */
  advance(milliseconds: number): void {
    offset += milliseconds;
  }

  /** Moves the time on to the beginning of the next minute, so that what follows falls into one. */
  nextMinute(): void {
    this.advance(MINUTE - (this.now().getTime() % MINUTE));
  }

  restore(): void {
    clocks -= 1;
    if (clocks > 0) return;
    offset = 0;
    Date.now = realNow;
  }
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
