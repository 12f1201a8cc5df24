import { Global, Module } from '@nestjs/common';
import { Quotas } from './quotas.js';
import { TeamEvents } from './team-events.js';

@Global()
@Module({ providers: [Quotas, TeamEvents], exports: [Quotas, TeamEvents] })
export class PlansModule {}
