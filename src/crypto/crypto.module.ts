import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Cursors } from './cursors.js';
import { MasterSecret, masterSecret } from './master-secret.js';
import { Secrets } from './secrets.js';

@Global()
@Module({
  providers: [
    { provide: MasterSecret, inject: [Config], useFactory: masterSecret },
    {
      provide: Secrets,
      inject: [MasterSecret, Config],
      useFactory: ({ value }: MasterSecret, { appSecretPrevious }: Config) =>
        new Secrets(value, appSecretPrevious),
    },
    Cursors,
  ],
  exports: [MasterSecret, Secrets, Cursors],
})
export class CryptoModule {}
