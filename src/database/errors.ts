import { QueryFailedError } from 'typeorm';

const codeOf = (error: unknown): string => {
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** Whether a unique index or primary key refused a row. */
export const isUniqueViolation = (error: unknown): boolean =>
  ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'ER_DUP_ENTRY'].includes(codeOf(error));

/** Whether MySQL or MariaDB rolled the transaction back to let another one through. */
export const isDeadlock = (error: unknown): boolean => codeOf(error) === 'ER_LOCK_DEADLOCK';

const UNAVAILABLE = new Set([
  'SQLITE_BUSY',
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'POOL_CLOSED',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_QUERY_TIMEOUT',
  'ER_STATEMENT_TIMEOUT',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_ACCESS_DENIED_ERROR',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CONNECTION_KILLED',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
]);

/** A database that does not answer in time. */
export class DatabaseTimeout extends Error {
  readonly code = 'ETIMEDOUT';
}

/** Whether the database is away, full, busy or refuses to write: the caller is not at fault and may try again. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  const fromDatabase =
    error instanceof QueryFailedError || error instanceof DatabaseTimeout || isDriverError(error);
  return isClosed(error) || (fromDatabase && (UNAVAILABLE.has(code) || code.startsWith('SQLITE_IOERR')));
}

/** A connection or pool that was closed, as it is for who comes late while the server stops, has no code, only a message. */
const isClosed = (error: unknown): boolean => {
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const { message = '' } = (cause ?? {}) as { message?: string };
  return /^Pool is closed|^Connection is not established|connection is not open$/.test(message);
};

/** Errors of opening a connection do not come wrapped. mysql2 marks its own with `fatal`. */
const isDriverError = (error: unknown): boolean =>
  error instanceof Error && ('fatal' in error || error.name === 'ConnectionIsNotSetError');
