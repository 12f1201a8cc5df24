import { Global, Module } from '@nestjs/common';
import { AbilitiesController } from './abilities.controller.js';
import { Authenticator } from './authenticator.js';
import { AuthorityRepository } from './authority.repository.js';
import { BearerStrategy } from './bearer.strategy.js';
import { FailedAttempts } from './failed-attempts.js';
import { LastUsedTracker } from './last-used-tracker.js';
import { TokenLookup } from './token-lookup.js';

/** Who is calling, and what they may do. Whoever keeps credentials registers itself with `TokenLookup`. */
@Global()
@Module({
  controllers: [AbilitiesController],
  providers: [
    Authenticator,
    AuthorityRepository,
    BearerStrategy,
    FailedAttempts,
    LastUsedTracker,
    TokenLookup,
  ],
  exports: [AuthorityRepository, FailedAttempts, LastUsedTracker, TokenLookup],
})
export class AuthModule {}
