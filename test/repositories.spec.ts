import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Where SQL still stands beside other things, and a repository is to be made of. Nothing is added here. */
const STILL_TO_MOVE: readonly string[] = [
  'alert-rules/alert-rules.service.ts',
  'alert-rules/rule-links.ts',
  'alert-rules/rule-listing.ts',
  'alert-rules/rule-lock.ts',
  'alert-rules/rule-store.ts',
  'checks/check-counts.ts',
  'checks/latest-checks.ts',
  'checks/manual-checks.service.ts',
  'checks/recent-checks.ts',
  'checks/storage/batched-deletes.ts',
  'checks/storage/check-store.ts',
  'checks/storage/monitor-cursor.ts',
  'checks/storage/retention.ts',
  'checks/storage/uptime-refresh.ts',
  'checks/worker/manual-check-queue.ts',
  'checks/worker/shard-leases.ts',
  'incidents/incidents.service.ts',
  'incidents/lifecycle/incident-opener.ts',
  'incidents/lifecycle/incident-resolver.ts',
  'incidents/lifecycle/incident-rows.ts',
  'incidents/lifecycle/missed-resolutions.ts',
  'incidents/lifecycle/notification-timeline.ts',
  'incidents/lifecycle/orphaned-incidents.ts',
  'incidents/lifecycle/timeline-entries.ts',
  'incidents/lifecycle/transaction-cache.ts',
  'incidents/timeline.service.ts',
  'maintenance/window-listing.ts',
  'maintenance/window-monitors.ts',
  'maintenance/window-store.ts',
  'monitors/monitor-facts.ts',
  'monitors/monitor-states.ts',
  'monitors/monitors.service.ts',
  'monitors/plan-enforcement.ts',
  'monitors/reached-monitors.ts',
  'monitors/settings-reencryption.ts',
  'monitors/team-monitors.ts',
  'notifications/channels/channel-config.reencryption.ts',
  'notifications/channels/channel-deactivation.ts',
  'notifications/channels/channel-lock.ts',
  'notifications/channels/channel-rules.ts',
  'notifications/channels/channels.service.ts',
  'notifications/channels/team-channels.ts',
  'notifications/deliveries/deliveries.service.ts',
  'notifications/deliveries/delivery-events.ts',
  'notifications/deliveries/delivery-queue.ts',
  'notifications/deliveries/delivery-retention.ts',
  'notifications/deliveries/delivery-rows.ts',
  'notifications/deliveries/delivery-statistics.ts',
  'notifications/deliveries/outbox.ts',
  'notifications/deliveries/topics.ts',
  'notifications/recipients/address-confirmations.ts',
  'notifications/recipients/confirmation-answers.ts',
  'notifications/recipients/declined-addresses.ts',
  'sight/blind-episodes.ts',
];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
);

const SQL = /\b(?:SELECT [^;]*? FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|UPDATE \$\{)/s;
/** Comments tell of SQL, and are none. */
const codeOf = (file: string): string =>
  readFileSync(join('src', file), 'utf8').replace(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, '');

const isHome = (file: string): boolean => file.startsWith('database/') || file.endsWith('.repository.ts');

describe('SQL, and the manager of a transaction', () => {
  it('are used by repositories and the database alone', () => {
    const strays = files.filter((file) => {
      const code = codeOf(file);
      return !isHome(file) && (SQL.test(code) || /\bmanager\b/.test(code));
    });
    expect(strays.toSorted()).toEqual(STILL_TO_MOVE);
  });
});
