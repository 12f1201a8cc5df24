import { Global, Module } from '@nestjs/common';
import { FailedAttempts } from './failed-attempts.js';
import { Idempotency } from './idempotency.js';
import { IdempotencyRetention } from './idempotency-retention.js';
import { RateLimits } from './rate-limits.js';
import { Refusals } from './refusals.js';

@Global()
@Module({
  providers: [RateLimits, FailedAttempts, Refusals, Idempotency, IdempotencyRetention],
  exports: [RateLimits, FailedAttempts, Idempotency],
})
export class LimitsModule {}
