import { Accounts1700000001000 } from './1700000001000-accounts.js';
import { ApiKeys1700000002000 } from './1700000002000-api-keys.js';
import { Monitors1700000003000 } from './1700000003000-monitors.js';
import { Audit1700000004000 } from './1700000004000-audit.js';
import { Checks1700000005000 } from './1700000005000-checks.js';
import { AlertRules1700000006000 } from './1700000006000-alert-rules.js';
import { Maintenance1700000007000 } from './1700000007000-maintenance.js';
import { Notifications1700000008000 } from './1700000008000-notifications.js';
import { Incidents1700000009000 } from './1700000009000-incidents.js';
import { RetriesOfRotations1700000010000 } from './1700000010000-retries-of-rotations.js';
import { KeyManagement1700000011000 } from './1700000011000-key-management.js';
import { KeyLifetime1700000012000 } from './1700000012000-key-lifetime.js';
import { ProcessEndpoints1700000013000 } from './1700000013000-process-endpoints.js';
import { AuditSearch1700000014000 } from './1700000014000-audit-search.js';
import { StrictHttp1700000016000 } from './1700000016000-strict-http.js';
import { MonitorDoubt1700000017000 } from './1700000017000-monitor-doubt.js';
import { BlindEpisodes1700000018000 } from './1700000018000-blind-episodes.js';
import { LastWords1700000019000 } from './1700000019000-last-words.js';
import { Topics1700000020000 } from './1700000020000-topics.js';
import { RedirectionsAndAbilities1700000021000 } from './1700000021000-redirections-and-abilities.js';
import { ConfirmedAddresses1700000022000 } from './1700000022000-confirmed-addresses.js';
import { EmailKeys1700000023000 } from './1700000023000-email-keys.js';
import { ObservedTime1700000024000 } from './1700000024000-observed-time.js';
import { NarrowLookUps1700000025000 } from './1700000025000-narrow-look-ups.js';
import { KeyProjects1700000026000 } from './1700000026000-key-projects.js';
import { MonitorPauses1700000027000 } from './1700000027000-monitor-pauses.js';
import { OwedRestorations1700000028000 } from './1700000028000-owed-restorations.js';

/** In the order they run. A released migration never changes. */
export const migrations = [
  Accounts1700000001000,
  ApiKeys1700000002000,
  Monitors1700000003000,
  Audit1700000004000,
  Checks1700000005000,
  AlertRules1700000006000,
  Maintenance1700000007000,
  Notifications1700000008000,
  Incidents1700000009000,
  RetriesOfRotations1700000010000,
  KeyManagement1700000011000,
  KeyLifetime1700000012000,
  ProcessEndpoints1700000013000,
  AuditSearch1700000014000,
  StrictHttp1700000016000,
  MonitorDoubt1700000017000,
  BlindEpisodes1700000018000,
  LastWords1700000019000,
  Topics1700000020000,
  RedirectionsAndAbilities1700000021000,
  ConfirmedAddresses1700000022000,
  EmailKeys1700000023000,
  ObservedTime1700000024000,
  NarrowLookUps1700000025000,
  KeyProjects1700000026000,
  MonitorPauses1700000027000,
  OwedRestorations1700000028000,
];
