import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProcessEndpoints } from './process-endpoints.entity.js';
import { KnownProcesses } from './known-processes.js';
import { ProcessEndpointsRepository } from './process-endpoints.repository.js';
import { Outbound } from './outbound.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ProcessEndpoints])],
  providers: [Outbound, KnownProcesses, ProcessEndpointsRepository],
  exports: [Outbound, KnownProcesses],
})
export class EgressModule {}
