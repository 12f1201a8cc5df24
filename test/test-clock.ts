import { jest } from '@jest/globals';
import { Clock } from '../src/common/clock.js';

/** A clock that tests move. Windows of rate limits read `Date.now`, so that is moved along. */
export class TestClock extends Clock {
  private readonly realNow = Date.now;
  private offset = 0;
  private readonly spy = jest
    .spyOn(Date, 'now')
    .mockImplementation(() => this.realNow.call(Date) + this.offset);

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }

  restore(): void {
    this.spy.mockRestore();
  }
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
