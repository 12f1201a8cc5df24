import { Global, Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';
import { IdempotencyRetention } from './idempotency-retention.js';
import { RateLimiter } from './rate-limiter.js';
import { Refusals } from './refusals.js';

@Global()
@Module({
  providers: [RateLimiter, Refusals, Idempotency, IdempotencyRetention],
  exports: [RateLimiter, Idempotency],
})
export class LimitsModule {}
