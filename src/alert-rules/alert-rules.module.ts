import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AlertRuleChannel, AlertRuleMonitor } from './alert-rule-links.entities.js';
import { AlertRule } from './alert-rule.entity.js';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { AlertRulesController } from './alert-rules.controller.js';
import { AlertRulesRepository } from './alert-rules.repository.js';
import { AlertRulesService } from './alert-rules.service.js';
import { ActiveRules } from './active-rules.js';
import { RuleEvents } from './rule-events.js';
import { RuleReferences } from './rule-references.js';
import { RuleWriter } from './rule-writer.js';

/** Imports the channels, so that those of a new team are there before its first rule. */
@Module({
  imports: [
    TypeOrmModule.forFeature([AlertRule, AlertRuleChannel, AlertRuleMonitor]),
    ChecksModule,
    MonitorsModule,
    NotificationsModule,
  ],
  controllers: [AlertRulesController],
  providers: [AlertRulesRepository, AlertRulesService, RuleWriter, RuleReferences, RuleEvents, ActiveRules],
  exports: [ActiveRules, AlertRulesRepository, RuleEvents],
})
export class AlertRulesModule {}
