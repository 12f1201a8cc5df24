import { Global, Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';
import { IdempotencyRetention } from './idempotency-retention.js';
import { RateLimits } from './rate-limits.js';
import { Refusals } from './refusals.js';

@Global()
@Module({
  providers: [RateLimits, Refusals, Idempotency, IdempotencyRetention],
  exports: [RateLimits, Idempotency],
})
export class LimitsModule {}
