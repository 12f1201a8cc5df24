import { expect } from '@jest/globals';
import type { ProblemType } from '../src/problems/problem.js';
import type { Answer } from './http-client.js';

/** Asserts that `answer` is exactly this problem, with these extension members. */
export function expectProblem(
  answer: Answer,
  { code, status, title }: ProblemType,
  extensions: object = {},
): void {
  expect(answer.body).toEqual({
    type: expect.stringMatching(new RegExp(`^http://[^/]+/problems/${code}$`)),
    title,
    status,
    detail: expect.any(String),
    instance: expect.stringMatching(/^\/[^?]*$/),
    code,
    requestId: answer.headers['request-id'],
    ...extensions,
  });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers['cache-control']).toBe('no-store');
}
