import { Injectable } from '@nestjs/common';

/** The one source of time, so that tests can move it. */
@Injectable()
export class Clock {
  /** Wall-clock time. It may jump: use `monotonic()` for intervals. */
  now(): Date {
    return new Date(Date.now());
  }

  /** Milliseconds since an arbitrary start. Never goes back. */
  monotonic(): number {
    return performance.now();
  }
}
