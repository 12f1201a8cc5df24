import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { AbilitiesGuard } from './auth/abilities.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AlertRulesModule } from './alert-rules/alert-rules.module.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuditModule } from './audit/audit.module.js';
import { RouteDeclarationCheck } from './audit/route-declaration-check.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { BearerGuard } from './auth/bearer.guard.js';
import { ChecksModule } from './checks/checks.module.js';
import { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { type ProcessRole, serverOf } from './config/process-role.js';
import { CryptoModule } from './crypto/crypto.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EgressModule } from './egress/egress.module.js';
import { HealthModule } from './health/health.module.js';
import { IncidentsModule } from './incidents/incidents.module.js';
import { HttpModule } from './http/http.module.js';
import { UndeclaredInputGuard } from './http/undeclared-input.guard.js';
import { ValidationPipe } from './http/validation.pipe.js';
import { IdempotencyGuard } from './limits/idempotency.guard.js';
import { LimitsModule } from './limits/limits.module.js';
import { ArrivalGuard, CallerLimitGuard } from './limits/rate-limit.guards.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MaintenanceModule } from './maintenance/maintenance.module.js';
import { MonitorsModule } from './monitors/monitors.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PlanGuard } from './plans/plan.guard.js';
import { PlansModule } from './plans/plans.module.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsModule } from './problems/problems.module.js';
import { SightModule } from './sight/sight.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { ProjectsModule } from './projects/projects.module.js';

/** What every request passes, in this order. Before it: `configureApp()`, which reads the request; after it: the handler. */
const globalEnhancers: Provider[] = [
  { provide: APP_GUARD, useClass: ArrivalGuard },
  { provide: APP_GUARD, useClass: BearerGuard },
  { provide: APP_GUARD, useClass: CallerLimitGuard },
  { provide: APP_GUARD, useClass: PlanGuard },
  { provide: APP_GUARD, useClass: AbilitiesGuard },
  { provide: APP_GUARD, useClass: UndeclaredInputGuard },
  { provide: APP_GUARD, useClass: IdempotencyGuard },
  { provide: APP_PIPE, useClass: ValidationPipe },
  { provide: APP_FILTER, useExisting: ProblemFilter },
];

const platform = [
  CryptoModule,
  DatabaseModule,
  MetricsModule,
  ProblemsModule,
  HttpModule,
  AuthModule,
  AuditModule,
  PlansModule,
  LimitsModule,
  EgressModule,
];
const features = [
  AccountsModule,
  TeamsModule,
  ApiKeysModule,
  ProjectsModule,
  MonitorsModule,
  ChecksModule,
  NotificationsModule,
  AlertRulesModule,
  MaintenanceModule,
  IncidentsModule,
  SightModule,
];

/** The table of contents. */
@Module({})
export class AppModule {
  static of(config: Config, role: ProcessRole = serverOf(config)): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config, role),
        DiscoveryModule,
        ...platform,
        ...features,
        SessionsModule,
        HealthModule,
      ],
      providers: [...globalEnhancers, RouteDeclarationCheck],
    };
  }
}
