import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import { Idempotency } from './idempotency.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { IdempotencyRetention } from './idempotency-retention.js';
import { RateLimiter } from './rate-limiter.js';
import { Refusals } from './refusals.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyRecord])],
  providers: [RateLimiter, Refusals, Idempotency, IdempotencyRepository, IdempotencyRetention],
  exports: [RateLimiter, Idempotency],
})
export class LimitsModule {}
