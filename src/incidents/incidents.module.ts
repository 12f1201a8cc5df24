import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IncidentEvent } from './lifecycle/incident-event.entity.js';
import { IncidentEvidence } from './lifecycle/incident-evidence.entity.js';
import { Incident } from './lifecycle/incident.entity.js';
import { AlertRulesModule } from '../alert-rules/alert-rules.module.js';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { IncidentNotifier } from './lifecycle/incident-notifier.js';
import { NotificationTimeline } from './lifecycle/notification-timeline.js';
import { IncidentResolver } from './lifecycle/incident-resolver.js';
import { IncidentMetrics } from './lifecycle/incident-metrics.js';
import { IncidentOpener } from './lifecycle/incident-opener.js';
import { IncidentsController } from './incidents.controller.js';
import { IncidentsRepository } from './incidents.repository.js';
import { IncidentsService } from './incidents.service.js';
import { MissedResolutions } from './lifecycle/missed-resolutions.js';
import { RuleStateRegistry } from './evaluation/rule-state-registry.js';
import { ScheduledRuleEvaluator } from './evaluation/scheduled-rule-evaluator.js';
import { ScheduledRulesJob } from './evaluation/scheduled-rules.job.js';
import { RuleStateRestorer } from './evaluation/rule-state-restorer.js';
import { RuleEvaluator } from './evaluation/rule-evaluator.js';
import { PendingTransitions } from './evaluation/pending-transition.js';
import { TimelineService } from './timeline.service.js';
import { OrphanedIncidents } from './lifecycle/orphaned-incidents.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Incident, IncidentEvent, IncidentEvidence]),
    AlertRulesModule,
    ChecksModule,
    MonitorsModule,
    NotificationsModule,
    TeamsModule,
  ],
  controllers: [IncidentsController],
  providers: [
    IncidentsRepository,
    NotificationTimeline,
    IncidentsService,
    TimelineService,
    IncidentOpener,
    IncidentResolver,
    IncidentMetrics,
    IncidentNotifier,
    RuleEvaluator,
    RuleStateRegistry,
    RuleStateRestorer,
    PendingTransitions,
    ScheduledRuleEvaluator,
    ScheduledRulesJob,
    OrphanedIncidents,
    MissedResolutions,
  ],
})
export class IncidentsModule {}
