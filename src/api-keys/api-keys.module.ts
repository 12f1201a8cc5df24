import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProjectsModule } from '../projects/projects.module.js';
import { ApiKeyToken } from './api-key-token.entity.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { CurrentApiKeyController } from './current-api-key.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { KeyEdits } from './key-edit.js';
import { KeyExpiry } from './key-expiry.js';
import { KeyOwnership } from './key-ownership.js';
import { KeyProjects } from './key-projects.js';
import { KeyRetention } from './key-retention.js';
import { KeyRotation } from './key-rotation.js';
import { KeyTokens } from './key-tokens.js';
import { NewKeys } from './new-key.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey, ApiKeyToken]), ProjectsModule],
  controllers: [CurrentApiKeyController, ApiKeysController],
  providers: [
    ApiKeysRepository,
    ApiKeysService,
    KeyAuthenticator,
    KeyEdits,
    KeyExpiry,
    KeyOwnership,
    KeyProjects,
    KeyRetention,
    KeyRotation,
    KeyTokens,
    NewKeys,
  ],
  exports: [ApiKeysService, KeyTokens],
})
export class ApiKeysModule {}
