import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BlindEpisode } from './blind-episode.entity.js';
import { AlertRulesModule } from '../alert-rules/alert-rules.module.js';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { BlindEpisodes } from './blind-episodes.js';
import { BlindEpisodesRepository } from './blind-episodes.repository.js';
import { SightWatch } from './sight-watch.js';

/** What tells people that this server cannot see their targets. */
@Module({
  imports: [
    TypeOrmModule.forFeature([BlindEpisode]),
    AlertRulesModule,
    ChecksModule,
    MonitorsModule,
    NotificationsModule,
    TeamsModule,
  ],
  providers: [BlindEpisodesRepository, BlindEpisodes, SightWatch],
})
export class SightModule {}
