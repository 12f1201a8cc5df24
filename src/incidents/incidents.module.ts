import { Module } from '@nestjs/common';
import { AlertRulesModule } from '../alert-rules/alert-rules.module.js';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { Announcements } from './lifecycle/incident-notifier.js';
import { DeliveryNotes } from './lifecycle/notification-timeline.js';
import { IncidentEndings } from './lifecycle/incident-resolver.js';
import { IncidentMetrics } from './lifecycle/incident-metrics.js';
import { IncidentWrites } from './lifecycle/incident-opener.js';
import { IncidentsController } from './incidents.controller.js';
import { IncidentsService } from './incidents.service.js';
import { MissedEnds } from './lifecycle/missed-resolutions.js';
import { MonitorMemories } from './evaluation/rule-state-registry.js';
import { PeriodicEvaluation } from './evaluation/scheduled-rule-evaluator.js';
import { PeriodicLoop } from './evaluation/scheduled-rules.job.js';
import { Restoration } from './evaluation/rule-state-restorer.js';
import { RuleEvaluator } from './evaluation/rule-evaluator.js';
import { Steps } from './evaluation/pending-transition.js';
import { TimelineService } from './timeline.service.js';
import { Withdrawals } from './lifecycle/orphaned-incidents.js';

@Module({
  imports: [AlertRulesModule, ChecksModule, MonitorsModule, NotificationsModule],
  controllers: [IncidentsController],
  providers: [
    DeliveryNotes,
    IncidentsService,
    TimelineService,
    IncidentWrites,
    IncidentEndings,
    IncidentMetrics,
    Announcements,
    RuleEvaluator,
    MonitorMemories,
    Restoration,
    Steps,
    PeriodicEvaluation,
    PeriodicLoop,
    Withdrawals,
    MissedEnds,
  ],
})
export class IncidentsModule {}
