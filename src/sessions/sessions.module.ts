import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Session } from './session.entity.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { AccountController } from './account.controller.js';
import { SignInController } from './sign-in.controller.js';
import { SignInService } from './sign-in.service.js';
import { AccountCreation } from './account-creation.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';
import { PasswordVerifier } from './password-verifier.js';
import { SecretRotation } from './secret-rotation.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { SessionRetention } from './session-retention.js';
import { SessionTokens } from './session-tokens.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session]), AccountsModule, ApiKeysModule, TeamsModule],
  controllers: [SignInController, MeController, AccountController],
  providers: [
    SignInService,
    AccountCreation,
    MeService,
    PasswordVerifier,
    SecretRotation,
    SessionAuthenticator,
    SessionRetention,
    SessionTokens,
    SessionsRepository,
    SessionsService,
  ],
  exports: [SignInService, AccountCreation, SecretRotation],
})
export class SessionsModule {}
