import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Membership } from './membership.entity.js';
import { Team } from './team.entity.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { MembershipsRepository } from './memberships.repository.js';
import { OwnedTeams } from './owned-teams.js';
import { Seats } from './seats.js';
import { TeamController } from './team.controller.js';
import { TeamsController } from './teams.controller.js';
import { TeamsRepository } from './teams.repository.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Membership, Team]), AccountsModule, ApiKeysModule],
  controllers: [TeamsController, TeamController, MembersController],
  providers: [TeamsService, MembersService, MembershipsRepository, OwnedTeams, Seats, TeamsRepository],
  exports: [TeamsService, MembersService, MembershipsRepository, TeamsRepository],
})
export class TeamsModule {}
