import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Membership } from './membership.entity.js';
import { Team } from './team.entity.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { Seats } from './seats.js';
import { TeamMailboxes } from './team-mailboxes.js';
import { TeamController } from './team.controller.js';
import { TeamsController } from './teams.controller.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Membership, Team]), ApiKeysModule],
  controllers: [TeamsController, TeamController, MembersController],
  providers: [TeamsService, MembersService, Seats, TeamMailboxes],
  exports: [TeamsService, MembersService, TeamMailboxes],
})
export class TeamsModule {}
