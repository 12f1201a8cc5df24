import { Injectable, Logger as NestLogger } from '@nestjs/common';
import type { Logger } from 'typeorm';

/** Keeps statements and their values out of the log. Tests replace it to watch what is executed. */
@Injectable()
export class DatabaseLogger implements Logger {
  private readonly logger = new NestLogger('Database');

  logQuery(): void {}
  logQueryError(): void {}
  logQuerySlow(time: number): void {
    this.logger.warn(`A statement took ${time} ms`);
  }
  logSchemaBuild(): void {}
  logMigration(message: string): void {
    this.logger.debug(message);
  }
  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.logger.warn(message);
  }
}
