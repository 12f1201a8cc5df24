import { DatabaseTimeout } from './errors.js';

/** How long a statement may take, waiting for a connection included. */
export const STATEMENT_TIMEOUT_MS = 5_000;

/** `answer`, or `DatabaseTimeout` when the database does not give it in time. */
export function withDeadline<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DatabaseTimeout(`The database did not answer within ${STATEMENT_TIMEOUT_MS} ms`)),
      STATEMENT_TIMEOUT_MS,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
