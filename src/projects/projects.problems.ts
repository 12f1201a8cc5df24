import { problem } from '../problems/problem.js';

export const ProjectNameTaken = problem(
  'project-name-taken',
  409,
  'The team has a project of that name',
  'Names of projects are unique within a team, whatever their case and the blanks in them.',
);
export const ProjectNotEmpty = problem(
  'project-not-empty',
  409,
  'The project has monitors',
  'A project is deleted only when nothing is in it. Name the project that its monitors move to in `moveTo`, or delete them first. `monitors` tells how many there are.',
);
export const LastProject = problem(
  'last-project',
  409,
  'It is the last project of the team',
  'Every monitor is in a project, so a team always has one. Create another project before you delete this one.',
);
