import { Global, Module } from '@nestjs/common';
import { FailedAttempts } from './failed-attempts.js';
import { Idempotency } from './idempotency.js';
import { RateLimits } from './rate-limits.js';

@Global()
@Module({
  providers: [RateLimits, FailedAttempts, Idempotency],
  exports: [RateLimits, FailedAttempts, Idempotency],
})
export class LimitsModule {}
