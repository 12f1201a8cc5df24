import { problem } from '../problems/problem.js';

export const IncidentAlreadyAcknowledged = problem(
  'incident-already-acknowledged',
  409,
  'The incident is acknowledged already',
  'Somebody took the incident on before you: `acknowledgedBy` says who. One that is reopened can be acknowledged again.',
);
export const IncidentAlreadyResolved = problem(
  'incident-already-resolved',
  409,
  'The incident is resolved already',
  'The incident is over: somebody resolved it, or its checks did. Its root cause can still be written, and notes can be added.',
);
