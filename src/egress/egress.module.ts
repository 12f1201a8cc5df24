import { Global, Module } from '@nestjs/common';
import { KnownProcesses } from './known-processes.js';
import { Outbound } from './outbound.js';

@Global()
@Module({ providers: [Outbound, KnownProcesses], exports: [Outbound, KnownProcesses] })
export class EgressModule {}
