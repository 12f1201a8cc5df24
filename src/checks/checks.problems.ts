import { problem } from '../problems/problem.js';

export const CheckNotMade = problem(
  'check-not-made',
  503,
  'The check was not made',
  'No process that makes checks took the request in time: none is running, or it is stopping or has more to do than it can. Nothing was recorded of the monitor. Try again after the time in `Retry-After`.',
);
