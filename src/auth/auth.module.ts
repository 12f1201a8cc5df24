import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { AccountController } from './account.controller.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { Authenticator } from './authenticator.js';
import { BearerStrategy } from './bearer.strategy.js';
import { Enrolment } from './enrolment.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';
import { PasswordCheck } from './password-check.js';
import { SecretRotation } from './secret-rotation.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { SessionRetention } from './session-retention.js';
import { SessionTokens } from './session-tokens.js';
import { SessionsService } from './sessions.service.js';
import { TokenLookUp } from './token-look-up.js';

@Module({
  imports: [AccountsModule, ApiKeysModule, TeamsModule],
  controllers: [AuthController, MeController, AccountController],
  providers: [
    AuthService,
    Authenticator,
    BearerStrategy,
    Enrolment,
    MeService,
    PasswordCheck,
    SecretRotation,
    SessionAuthenticator,
    SessionRetention,
    SessionTokens,
    SessionsService,
    TokenLookUp,
  ],
  exports: [AuthService, Enrolment, SecretRotation],
})
export class AuthModule {}
