import { ApiKeyToken } from './api-keys/api-key-token.entity.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { AlertRule } from './alert-rules/alert-rule.entity.js';
import { AlertRuleChannel, AlertRuleMonitor } from './alert-rules/alert-rule-links.entities.js';
import { User } from './accounts/user.entity.js';
import { AuditEvent } from './audit/audit-event.entity.js';
import { Session } from './auth/session.entity.js';
import { Check } from './checks/check.entity.js';
import { CheckRollup } from './checks/check-rollup.entity.js';
import { CheckRequest } from './checks/engine/check-request.entity.js';
import { ShardLease, Worker } from './checks/engine/lease.entities.js';
import { ChangeFeedEntry, ChangeFeedVersion } from './database/change-feed.entity.js';
import { ProcessEndpoints } from './egress/process-endpoints.entity.js';
import { Instance } from './database/instance.entity.js';
import { Incident } from './incidents/incident.entity.js';
import { IncidentEvent } from './incidents/incident-event.entity.js';
import { IncidentEvidence } from './incidents/incident-evidence.entity.js';
import { IdempotencyRecord } from './limits/idempotency-record.entity.js';
import { MaintenanceWindow } from './maintenance/maintenance-window.entity.js';
import { MaintenanceWindowMonitor } from './maintenance/maintenance-window-monitor.entity.js';
import { Monitor } from './monitors/monitor.entity.js';
import { MonitorState } from './monitors/monitor-state.entity.js';
import { RemovedMonitor } from './monitors/removed-monitor.entity.js';
import { AddressConfirmation } from './notifications/address-confirmation.entity.js';
import { DeclinedAddress } from './notifications/declined-address.entity.js';
import { Delivery } from './notifications/delivery.entity.js';
import { NotificationChannel } from './notifications/notification-channel.entity.js';
import { Project } from './projects/project.entity.js';
import { BlindEpisode } from './sight/blind-episode.entity.js';
import { Membership } from './teams/membership.entity.js';
import { Team } from './teams/team.entity.js';

/** Every table. */
export const entities = [
  Instance,
  User,
  Team,
  Membership,
  Session,
  ApiKey,
  ApiKeyToken,
  AuditEvent,
  Project,
  Monitor,
  IdempotencyRecord,
  ChangeFeedEntry,
  ChangeFeedVersion,
  MonitorState,
  RemovedMonitor,
  Check,
  CheckRollup,
  CheckRequest,
  ShardLease,
  Worker,
  AlertRule,
  AlertRuleMonitor,
  AlertRuleChannel,
  MaintenanceWindow,
  MaintenanceWindowMonitor,
  NotificationChannel,
  Delivery,
  AddressConfirmation,
  DeclinedAddress,
  Incident,
  IncidentEvidence,
  IncidentEvent,
  BlindEpisode,
  ProcessEndpoints,
];
