import { Global, Module } from '@nestjs/common';
import { PlansRepository } from './plans.repository.js';
import { Quotas } from './quotas.js';
import { TeamEvents } from './team-events.js';

@Global()
@Module({
  providers: [PlansRepository, Quotas, TeamEvents],
  exports: [PlansRepository, Quotas, TeamEvents],
})
export class PlansModule {}
