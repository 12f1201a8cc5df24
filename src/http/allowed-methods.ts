import type { FastifyInstance } from 'fastify';
import { ProblemFilter } from '../problems/problem.filter.js';

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
}

/** The expression that the paths of a route's pattern match. */
const expressionOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+?^$()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replace(/\*/g, '.*')}$`,
  );

/** Remembers the routes as they are added, so that a wrong method is told which ones an address knows. */
export function rememberMethods(fastify: FastifyInstance, problems: ProblemFilter): void {
  const routes: Route[] = [];
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each, pattern: expressionOf(url) });
  });
  problems.methodsOf = (path) => {
    const methods = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].toSorted();
  };
}
