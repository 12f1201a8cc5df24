import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AlertRule } from '../../src/alert-rules/alert-rule.entity.js';
import { AlertRuleMonitor } from '../../src/alert-rules/alert-rule-links.entities.js';
import { ApiKey } from '../../src/api-keys/api-key.entity.js';
import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import { newId } from '../../src/common/id.js';
import { dialect } from '../../src/config/dialect.js';
import { Secrets } from '../../src/crypto/secrets.js';
import { SqlReader } from '../../src/database/sql-reader.js';
import { Transactions } from '../../src/database/transactions.js';
import { MaintenanceWindow } from '../../src/maintenance/maintenance-window.entity.js';
import { MaintenanceWindowMonitor } from '../../src/maintenance/maintenance-window-monitor.entity.js';
import { Delivery, type DeliveryStatus } from '../../src/notifications/deliveries/delivery.entity.js';
import { NotificationChannel } from '../../src/notifications/channels/channel.entity.js';
import { sealConfig } from '../../src/notifications/channels/channel-config.encryption.js';
import { dueSql } from '../../src/notifications/deliveries/deliveries.repository.js';
import { triedSql } from '../../src/notifications/deliveries/topics.repository.js';
import { Monitor } from '../../src/monitors/monitor.entity.js';
import { MonitorState } from '../../src/monitors/monitor-state.entity.js';
import { initialState } from '../../src/monitors/monitor-states.js';
import { Project } from '../../src/projects/project.entity.js';
import { TestApp } from '../app.js';
import type { Key, Person } from '../given.js';
import { givenChecks, givenRollups } from '../given-checks.js';
import type { HttpClient } from '../http-client.js';
import { projectScoped } from '../limited-scene.js';

let app: TestApp;
let ada: Person;

/** A key of hers that is limited to two projects. */
let limited: Key;
let monitorId: string;
let channelId: string;
const queries: Array<{ sql: string; values: readonly unknown[] }> = [];

beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
  await populate();
  // A connection of its own: the server gives up one that was idle for as long as that may take.
  ada = { ...ada, api: app.bearing(ada.token) };
  const reads = app.get(SqlReader);
  const query = reads.query.bind(reads);
  reads.query = (sql, values) => {
    queries.push({ sql, values });
    return query(sql, values);
  };
});
afterAll(() => app.stop());

const TEAMS = 40;
const ROWS_A_TEAM = 50;
const LONG_TOPIC = 'rul_busy:mon_busy';

/** Enough rows of many teams that reading a whole table does not look cheap. */
async function populate(): Promise<void> {
  const { id: key } = await app.given.key(ada);
  const { body: projects } = await ada.api.get('/v1/projects');
  const { body: empty } = await ada.api.post('/v1/projects', { name: 'Empty' });
  limited = await app.given.key(ada, projectScoped, { projectIds: [projects.data[0].id, empty.id] });
  const made = async (path: string, body: object): Promise<string> =>
    (await ada.api.post(path, body)).body.id;
  monitorId = await made('/v1/monitors', { name: 'Home', url: 'https://example.com/' });
  const windowId = await made('/v1/maintenance-windows', {
    title: 'Upgrade',
    startsAt: '2098-01-31T22:00:00Z',
    endsAt: '2098-01-31T23:30:00Z',
    monitorIds: [monitorId],
  });
  await populateChecks([monitorId], 300);
  for (let team = 0; team < TEAMS; team += 1) {
    const { id: userId, teamId } = team === 0 ? ada : await app.given.owner();
    const rows = Array.from({ length: ROWS_A_TEAM }, (_, row) => ({ teamId, userId, row }));
    const ids = await app.get(Transactions).run(async ({ manager }) => {
      const [project] = await manager.findBy(Project, { teamId });
      const model = await manager.findOneByOrFail(Monitor, { id: monitorId });
      const keyModel = await manager.findOneByOrFail(ApiKey, { id: key });
      const { seq: _, ...event } = await manager.findOneByOrFail(AuditEvent, { targetId: key });
      const own = { teamId, userId };
      await manager.insert(
        ApiKey,
        rows.map(() => ({ ...keyModel, ...own, id: newId('key') })),
      );
      const monitors: Monitor[] = rows.map(() => ({
        ...model,
        teamId,
        projectId: project!.id,
        id: newId('mon'),
      }));
      await manager.insert(Monitor, monitors);
      await manager.insert(
        MonitorState,
        monitors.map(({ id }) => initialState(id, new Date())),
      );
      const [ruleModel] = await manager.findBy(AlertRule, { teamId });
      const rules = rows.map(({ row }) => ({ ...ruleModel!, id: newId('rul'), nameKey: `${row}` }));
      await manager.insert(AlertRule, rules);
      await manager.insert(
        AlertRuleMonitor,
        rules.map(({ id: ruleId }, row) => ({ ruleId, monitorId: monitors[row]!.id })),
      );
      const windowModel = await manager.findOneByOrFail(MaintenanceWindow, { id: windowId });
      const windows = rows.map(() => ({ ...windowModel, teamId, id: newId('mnt') }));
      await manager.insert(MaintenanceWindow, windows);
      await manager.insert(
        MaintenanceWindowMonitor,
        windows.map((window, row) => ({ windowId: window.id, monitorId: monitors[row]!.id })),
      );
      const [channel] = await manager.findBy(NotificationChannel, { teamId });
      if (team === 0) channelId = channel!.id;
      await manager.insert(
        NotificationChannel,
        rows.map(({ row }) => anotherChannel(channel!, `channel ${row}`)),
      );
      await manager.insert(
        Delivery,
        rows.map(({ row }) => deliveryTo(channel!, row % 2 === 0 ? 'pending' : 'dead')),
      );
      await manager.insert(
        AuditEvent,
        rows.map(() => ({ ...event, teamId, actorId: userId, id: newId('aud') })),
      );
      return monitors.map(({ id }) => id);
    });
    await populateChecks(ids, 2);
  }
  await populateTopic();
  if (dialect === 'mysql')
    await app.dataSource.query(
      'ANALYZE TABLE api_keys, monitors, monitor_states, checks, check_rollups, audit_events, memberships, users, sessions, alert_rules, alert_rule_monitors, alert_rule_channels, maintenance_windows, maintenance_window_monitors, notification_channels, deliveries',
    );
}

/** A rule and a monitor that come and go for months, and a message that waits, in a channel that is behind. */
async function populateTopic(): Promise<void> {
  const channel = { id: 'chn_busy', teamId: ada.teamId, type: 'webhook' } as NotificationChannel;
  const ofTopic = Array.from({ length: 2_000 }, (_, i) => ({
    ...deliveryTo(channel, i < 1_999 ? 'delivered' : 'pending'),
    topic: LONG_TOPIC,
    attempts: 1,
  }));
  const rows = [...ofTopic, ...Array.from({ length: 1_000 }, () => deliveryTo(channel, 'pending'))];
  await app.get(Transactions).run(async ({ manager }) => {
    for (let i = 0; i < rows.length; i += 200) await manager.insert(Delivery, rows.slice(i, i + 200));
  });
}

/** Checks of each monitor, one in ten minutes. */
async function populateChecks(monitorIds: readonly string[], count: number): Promise<void> {
  const causes = ['scheduled', 'scheduled', 'manual', 'confirmation'] as const;
  const checks = Array.from({ length: count }, (_, i) => ({
    dueAt: Date.now() - i * 600_000,
    verdict: i % 10 === 0 ? ('failed' as const) : ('ok' as const),
    cause: causes[i % causes.length]!,
  }));
  await givenChecks(app, monitorIds, checks);
  await givenRollups(app, monitorIds, checks);
}

function anotherChannel(channel: NotificationChannel, name: string): NotificationChannel {
  const id = newId('chn');
  const config = { type: 'email' as const, address: 'ada@example.com' };
  const sealed = sealConfig(app.get(Secrets), config, { id, teamId: channel.teamId });
  return { ...channel, id, name, nameKey: name, config: sealed };
}

const deliveryTo = (
  { id, teamId, type }: NotificationChannel,
  status: DeliveryStatus,
): Omit<Delivery, 'seq'> => ({
  id: newId('dlv'),
  teamId,
  channelId: id,
  channelType: type,
  incidentId: newId('idm'),
  topic: `${newId('rul')}:${newId('mon')}`,
  type: 'incident.created',
  webhookId: newId('msg'),
  payload: '{}',
  status,
  attempts: 0,
  nextAttemptAt: Date.now(),
  sendingUntil: null,
  lastError: null,
  lastStatusCode: null,
  createdAt: Date.now(),
  deliveredAt: null,
});

/** How the database goes about each statement of a request, a line a table. */
async function plansOf(path: string, api: HttpClient = ada.api): Promise<string[]> {
  queries.length = 0;
  const { status, text } = await api.get(path.replace('{id}', monitorId).replace('{channel}', channelId));
  if (status !== 200) throw new Error(text);
  const plans = await Promise.all(queries.slice().map(planOf));
  return plans.flat();
}

/** How the database goes about one statement. */
async function planOf({ sql, values }: { sql: string; values: readonly unknown[] }): Promise<string[]> {
  const rows = await app
    .get(SqlReader)
    .query<Record<string, unknown>>(
      dialect === 'sqlite' ? `EXPLAIN QUERY PLAN ${sql}` : `EXPLAIN ${sql}`,
      values,
    );
  return rows.map(dialect === 'sqlite' ? ({ detail }) => String(detail) : describeStep);
}

const describeStep = ({ type, table, key, Extra }: Record<string, unknown>) =>
  `${type} ${table} ${key} ${Extra}`;

/**
 * A plan that reads a whole table. MariaDB says `ALL` (but of what it made itself), SQLite `SCAN` (but of a
 * constant row, a list in JSON, a sub-query or what is counted up to a bound).
 */
const isScan = (step: string) =>
  dialect === 'sqlite'
    ? /^SCAN (?!CONSTANT|\(subquery|counted|\w VIRTUAL TABLE)/.test(step)
    : /^(ALL|index) (?!<union|<derived)/.test(step);

/** A plan that reads all that matches, to sort it. */
const isSort = (step: string) => /TEMP B-TREE FOR ORDER BY|filesort/.test(step);

const histories = [
  '/v1/monitors/{id}/checks',
  '/v1/monitors/{id}/checks?ok=true',
  '/v1/monitors/{id}/checks?ok=false',
  '/v1/monitors/{id}/checks?trigger=scheduled',
  '/v1/monitors/{id}/checks?trigger=manual',
  '/v1/monitors/{id}/checks?ok=false&trigger=confirmation',
  '/v1/monitors/{id}/checks?from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z',
  '/v1/monitors/{id}/checks?ok=true&from=2026-01-01T00:00:00Z',
  '/v1/monitors/{id}/checks?trigger=manual&to=2099-01-01T00:00:00Z',
];

const sums = [
  '/v1/monitors/{id}/uptime',
  '/v1/monitors/{id}/metrics?period=24h',
  '/v1/monitors/{id}/metrics?period=7d',
  '/v1/monitors/{id}/metrics?period=30d',
  '/v1/monitors/{id}/metrics?period=90d',
];

const lists = [
  ...histories,
  ...sums,
  '/v1/me',
  '/v1/teams',
  '/v1/members',
  '/v1/auth/sessions',
  '/v1/api-keys',
  '/v1/api-keys?owner=team',
  '/v1/api-keys?status=revoked',
  '/v1/api-keys?status=expired',
  '/v1/api-keys?status=disabled',
  '/v1/api-keys?q=deploys',
  '/v1/api-keys?createdByKey=key_x',
  '/v1/api-keys?projectId=prj_x',
  '/v1/api-keys?usedSince=2026-01-01T00:00:00Z',
  '/v1/api-keys?owner=team&unusedSince=2026-01-01T00:00:00Z',
  '/v1/api-keys?expiresBefore=2099-01-01T00:00:00Z',
  '/v1/api-keys?owner=team&expiresAfter=2026-01-01T00:00:00Z',
  '/v1/projects',
  '/v1/monitors',
  '/v1/monitors?sort=name',
  '/v1/monitors?sort=-createdAt',
  '/v1/monitors?sort=status',
  '/v1/monitors?status=pending',
  '/v1/monitors?q=home',
  '/v1/alert-rules',
  '/v1/alert-rules?active=true&priority=high',
  '/v1/alert-rules?monitorId={id}',
  '/v1/alert-rules?q=failed',
  '/v1/maintenance-windows',
  '/v1/maintenance-windows?status=upcoming',
  '/v1/maintenance-windows?status=active',
  '/v1/maintenance-windows?status=past',
  '/v1/maintenance-windows?monitorId={id}',
  '/v1/notification-channels',
  '/v1/notification-channels/{channel}/deliveries',
  '/v1/notification-channels/{channel}/deliveries?status=dead',
  '/v1/audit-events',
  '/v1/audit-events?action=api-key.created',
  '/v1/audit-events?action=api-key.*',
  '/v1/audit-events?actorId=usr_x',
  '/v1/audit-events?actorId=key_x',
  '/v1/audit-events?targetId=key_x',
  '/v1/audit-events?outcome=denied',
  '/v1/audit-events?ip=127.0.0.1',
  '/v1/audit-events?from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z',
  '/v1/audit-events?action=api-key.*&outcome=denied&ip=127.0.0.1',
  '/v1/audit-events?actorId=usr_x&action=api-key.created&targetId=key_x&to=2099-01-01T00:00:00Z',
  '/v1/incidents',
  '/v1/incidents?status=open&severity=high&monitorId={id}&ruleId=rul_x',
  '/v1/incidents?severity=high&from=2026-01-01T00:00:00Z',
];

describe('every list is answered from an index', () => {
  it.each(lists)('GET %s', async (path) => {
    const plans = await plansOf(path);
    expect(plans.length).toBeGreaterThan(1);
    expect(plans.filter(isScan)).toEqual([]);
  });
});

const ofLimitedKeys = [
  '/v1/me',
  '/v1/projects',
  '/v1/api-keys',
  '/v1/monitors',
  '/v1/monitors?sort=name',
  '/v1/monitors?status=pending',
  '/v1/monitors/{id}/checks',
  '/v1/incidents',
  '/v1/incidents?status=open',
  '/v1/incidents?status=open&severity=high&monitorId={id}&ruleId=rul_x',
];

describe('every list of a key that is limited to projects is answered from an index', () => {
  it.each(ofLimitedKeys)('GET %s', async (path) => {
    const plans = await plansOf(path, limited.api);
    expect(plans.length).toBeGreaterThan(1);
    expect(plans.filter(isScan)).toEqual([]);
  });
});

describe('the checks of a monitor', () => {
  it.each(histories)('GET %s are read in the order of an index', async (path) => {
    expect((await plansOf(path)).filter(isSort)).toEqual([]);
  });
});

describe('a filter that few checks of a monitor pass', () => {
  const range = 'from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z';

  it.each([
    ['ok=false', 'checks_monitorId_ok'],
    [`ok=false&${range}`, 'checks_monitorId_ok'],
    ['ok=false&trigger=scheduled', 'checks_monitorId_ok'],
    [`trigger=manual&${range}`, 'checks_monitorId_cause'],
    ['ok=true&trigger=manual', 'checks_monitorId_cause'],
    [`ok=false&trigger=confirmation&${range}`, 'checks_monitorId_cause'],
  ])('is answered without reading the others: ?%s', async (query, index) => {
    const plans = await plansOf(`/v1/monitors/{id}/checks?${query}`);
    expect(plans.at(-1)).toContain(index);
  });
});

describe('a request about a monitor', () => {
  it.each([histories[0]!, ...sums])('asks the database twice beside who is calling: GET %s', async (path) => {
    await plansOf(path);
    queries.length = 0;
    await ada.api.get(path.replace('{id}', monitorId));
    expect(queries).toHaveLength(3);
  });
});

describe('a request', () => {
  it('asks the database twice: who is calling, and what they want', async () => {
    await plansOf('/v1/monitors');
    queries.length = 0;
    await ada.api.get('/v1/monitors');
    expect(queries).toHaveLength(2);
    queries.length = 0;
    await limited.api.get('/v1/monitors');
    expect(queries).toHaveLength(2);
  });
});

describe('a topic with a long history', () => {
  it.each([
    ['newer messages', () => triedSql(['chn_busy', 'chn_other'])],
    ['what is due', () => dueSql([], 50)],
  ])('is not read for %s: only what waits of it', async (_, sql) => {
    const isDue = sql().includes('nextAttemptAt <= ?');
    const values = isDue ? ['webhook', Date.now()] : [LONG_TOPIC, 'chn_busy', 'chn_other'];
    expect((await planOf({ sql: sql(), values })).join('\n')).toContain('deliveries_topic_status');
  });
});

describe('what is due to be delivered', () => {
  it.each([[[]], [['chn_one', 'chn_two']]])('is found by an index, without the channels %j', async (full) => {
    const plan = await planOf({ sql: dueSql(full, 50), values: ['email', Date.now(), ...full] });
    expect(plan.length).toBeGreaterThan(1);
    expect(plan.filter(isScan)).toEqual([]);
    expect(plan[0]).toContain('deliveries_due');
  });
});
