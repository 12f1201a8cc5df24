import { expect, it } from '@jest/globals';
import { uptimeOf } from './uptime.js';

it.each([
  [0, 0, null],
  [0, 3, 0],
  [3, 0, 100_000],
  [2, 1, 66_666],
  [1_000_000, 1, 99_999],
])('%d checks that were ok and %d that failed are an availability of %p', (ok, failed, uptime) => {
  expect(uptimeOf(ok, failed)).toBe(uptime);
});
