import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Cursors } from './cursors.js';
import { masterSecret } from './master-secret.js';
import { Secrets } from './secrets.js';

@Global()
@Module({
  providers: [
    {
      provide: Secrets,
      inject: [Config],
      useFactory: (config: Config) => new Secrets(masterSecret(config), config.appSecretPrevious),
    },
    Cursors,
  ],
  exports: [Secrets, Cursors],
})
export class CryptoModule {}
