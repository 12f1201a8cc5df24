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
];
