import { ApiKeyToken } from './api-keys/api-key-token.entity.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { AlertRule } from './alert-rules/alert-rule.entity.js';
import { AlertRuleChannel, AlertRuleMonitor } from './alert-rules/alert-rule-links.entities.js';
import { User } from './accounts/user.entity.js';
import { AuditEvent } from './audit/audit-event.entity.js';
import { Session } from './sessions/session.entity.js';
import { Check } from './checks/result/check.entity.js';
import { CheckRollup } from './checks/result/check-rollup.entity.js';
import { CheckRequest } from './checks/worker/check-request.entity.js';
import { ShardLease, Worker } from './checks/worker/lease.entities.js';
import { ChangeFeedEntry, ChangeFeedVersion } from './database/change-feed.entity.js';
import { ProcessEndpoints } from './egress/process-endpoints.entity.js';
import { Instance } from './database/instance.entity.js';
import { Incident } from './incidents/lifecycle/incident.entity.js';
import { IncidentEvent } from './incidents/lifecycle/incident-event.entity.js';
import { IncidentEvidence } from './incidents/lifecycle/incident-evidence.entity.js';
import { IdempotencyRecord } from './limits/idempotency-record.entity.js';
import { MaintenanceWindow } from './maintenance/maintenance-window.entity.js';
import { MaintenanceWindowMonitor } from './maintenance/maintenance-window-monitor.entity.js';
import { Monitor } from './monitors/monitor.entity.js';
import { MonitorState } from './monitors/monitor-state.entity.js';
import { RemovedMonitor } from './monitors/removed-monitor.entity.js';
import { AddressConfirmation } from './notifications/recipients/address-confirmation.entity.js';
import { DeclinedAddress } from './notifications/recipients/declined-address.entity.js';
import { Delivery } from './notifications/deliveries/delivery.entity.js';
import { NotificationChannel } from './notifications/channels/channel.entity.js';
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
