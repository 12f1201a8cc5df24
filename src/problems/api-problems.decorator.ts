import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { ProblemType } from './problem.js';

/** The extension of the API document's operations that names their problems, before it is turned into responses. */
export const PROBLEMS_EXTENSION = 'x-problems';

/** Documents the problems a route can answer with, beside those every route can. */
export const ApiProblems = (...problems: ProblemType[]): MethodDecorator =>
  applyDecorators(
    ApiExtension(
      PROBLEMS_EXTENSION,
      problems.map(({ code }) => code),
    ),
  );
