import { NotFound } from '../problems/common.problems.js';
import { problem } from '../problems/problem.js';

export const MonitorAlreadyPaused = problem(
  'monitor-already-paused',
  409,
  'The monitor is paused already',
  'Only a monitor that is checked can be paused. A plan that includes fewer monitors pauses the newest ones.',
);
export const MonitorNotPaused = problem(
  'monitor-not-paused',
  409,
  'The monitor is not paused',
  'Only a paused monitor can be resumed.',
);

export const monitorNotFound = (id: string) => new NotFound(`There is no monitor ${id}.`);
