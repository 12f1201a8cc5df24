import { Module } from '@nestjs/common';
import { AlertRulesModule } from '../alert-rules/alert-rules.module.js';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { Announcements } from './announcements.js';
import { DeliveryNotes } from './delivery-notes.js';
import { IncidentEndings } from './incident-endings.js';
import { IncidentMetrics } from './incident-metrics.js';
import { IncidentWrites } from './incident-writes.js';
import { IncidentsController } from './incidents.controller.js';
import { IncidentsService } from './incidents.service.js';
import { MissedEnds } from './missed-ends.js';
import { MonitorMemories } from './monitor-memories.js';
import { PeriodicEvaluation } from './periodic-evaluation.js';
import { PeriodicLoop } from './periodic-loop.js';
import { Restoration } from './restoration.js';
import { RuleEvaluator } from './rule-evaluator.js';
import { Steps } from './steps.js';
import { TimelineService } from './timeline.service.js';
import { Withdrawals } from './withdrawals.js';

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
