import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino, stdTimeFunctions } from 'pino';
import { withoutCredentials, withoutTokens } from '../crypto/token.js';

/** What is kept of an error. Its other members may hold statements and their values. */
const describe = (error: unknown) =>
  error instanceof Error
    ? { error: error.message.split('\n')[0], stack: error.stack }
    : { error: String(error) };

/** What Nest says of its own assembly. */
const ASSEMBLY = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** The field of the lines that hold an e-mail. Within a text its quotes would be escaped. */
const MAIL = '"context":"Mailer"';

/** Nest's log, one JSON line each, without tokens. pino escapes control characters, so that no input can forge a line. */
export class JsonLogger implements LoggerService {
  private readonly pino: Pino;

  constructor(level: string, destination?: DestinationStream) {
    const options = {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      hooks: {
        streamWrite: (line: string) => (line.includes(MAIL) ? withoutCredentials(line) : withoutTokens(line)),
      },
    };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  log = (message: unknown, ...rest: unknown[]): void =>
    this.write(ASSEMBLY.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  /** What keeps the application from being assembled is thrown as well: whoever starts it tells it once. */
  error = (message: unknown, ...rest: unknown[]): void => {
    if (rest.at(-1) !== 'ExceptionHandler') this.write('error', message, rest);
  };
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  verbose = (): void => {};

  private write(
    level: 'info' | 'warn' | 'error' | 'fatal' | 'debug',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.findLast((part) => typeof part === 'string' && !part.includes('\n'));
    if (message instanceof Error) this.pino[level]({ context, ...describe(message) }, message.name);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ context, ...message });
    else this.pino[level]({ context }, String(message));
  }
}
