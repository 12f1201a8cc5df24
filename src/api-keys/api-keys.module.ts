import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeyToken } from './api-key-token.entity.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { CurrentApiKeyController } from './current-api-key.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { KeyOwnership } from './key-ownership.js';
import { KeyRetention } from './key-retention.js';
import { KeyRotation } from './key-rotation.js';
import { KeyTokens } from './key-tokens.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey, ApiKeyToken])],
  controllers: [CurrentApiKeyController, ApiKeysController],
  providers: [
    ApiKeysRepository,
    ApiKeysService,
    KeyAuthenticator,
    KeyOwnership,
    KeyRetention,
    KeyRotation,
    KeyTokens,
  ],
  exports: [ApiKeysService, KeyTokens],
})
export class ApiKeysModule {}
