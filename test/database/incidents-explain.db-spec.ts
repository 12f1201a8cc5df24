import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { dialect } from '../../src/config/dialect.js';
import { SqlReader } from '../../src/database/sql-reader.js';
import { Transactions } from '../../src/database/transactions.js';
import { Incident, openKeyOf } from '../../src/incidents/lifecycle/incident.entity.js';
import { IncidentEvent } from '../../src/incidents/lifecycle/incident-event.entity.js';
import { RecentChecks } from '../../src/checks/recent-checks.js';
import { RuleStateRestorer } from '../../src/incidents/evaluation/rule-state-restorer.js';
import { MonitorsRepository } from '../../src/monitors/monitors.repository.js';
import { TestApp } from '../app.js';
import { givenChecks } from '../given-checks.js';
import { givenIncident } from '../given-incidents.js';
import type { Person } from '../given.js';
import { MINUTE } from '../test-clock.js';

let app: TestApp;
let ada: Person;
let monitorId: string;
let ruleId: string;
let incidentId: string;
const queries: Array<{ sql: string; values: readonly unknown[] }> = [];

const TEAMS = 20;
const INCIDENTS = 300;
const EVENTS = 200;

beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
  await populate();
  const reads = app.get(SqlReader);
  const query = reads.query.bind(reads);
  reads.query = (sql, values) => {
    queries.push({ sql, values });
    return query(sql, values);
  };
});
afterAll(() => app.stop());

/** Enough rows of many teams that reading a whole table does not look cheap. */
async function populate(): Promise<void> {
  ruleId = (await ada.api.get('/v1/alert-rules')).body.data[0].id;
  monitorId = (await ada.api.post('/v1/monitors', { name: 'Home', url: 'https://example.com/' })).body.id;
  incidentId = await givenIncident(app, ada.teamId, ruleId, monitorId);
  const now = Date.now();
  await givenChecks(
    app,
    [monitorId, newId('mon'), newId('mon')],
    Array.from({ length: 500 }, (_, i) => ({ dueAt: now - i * MINUTE })),
  );
  for (let team = 0; team < TEAMS; team += 1) {
    const { teamId } = team === 0 ? ada : await app.given.owner();
    await app.get(Transactions).run(async ({ manager }) => {
      const model = await manager.findOneByOrFail(Incident, { id: incidentId });
      const incidents = Array.from({ length: INCIDENTS }, (_, i) => ({
        ...model,
        id: newId('inc'),
        teamId,
        monitorId: team === 0 ? monitorId : newId('mon'),
        ruleId: team === 0 ? ruleId : newId('rul'),
        openKey: i % 5 === 0 ? openKeyOf(newId('rul'), newId('mon')) : null,
        status: i % 5 === 0 ? ('open' as const) : ('resolved' as const),
        severity: i % 2 === 0 ? ('low' as const) : ('high' as const),
        openedAt: now - i * MINUTE,
        updatedAt: now - i * MINUTE,
      }));
      await manager.insert(Incident, incidents);
      const line = { incidentId, at: now, actorId: null, actorName: null };
      const events = Array.from({ length: EVENTS }, (_, i) => ({
        ...line,
        id: newId('ine'),
        type: 'note' as const,
        incidentId: incidents[i % INCIDENTS]!.id,
        detail: { text: 'x' },
      }));
      await manager.insert(IncidentEvent, events);
    });
  }
  if (dialect === 'mysql')
    await app.dataSource.query('ANALYZE TABLE incidents, incident_events, checks, monitors, monitor_states');
}

async function plansOf(): Promise<string[]> {
  const plans = await Promise.all(queries.splice(0).map(planOf));
  return plans.flat();
}

async function planOf({ sql, values }: { sql: string; values: readonly unknown[] }): Promise<string[]> {
  const explain = dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  const rows: Array<Record<string, unknown>> = await app.get(SqlReader).query(`${explain} ${sql}`, values);
  queries.length = 0;
  return rows.map(({ detail, type, table, key, Extra }) =>
    dialect === 'sqlite' ? String(detail) : `${type} ${table} ${key} ${Extra}`,
  );
}

/** A plan that reads a whole table, but for one that the statement itself made. */
const isScan = (step: string) =>
  dialect === 'sqlite'
    ? /^SCAN (?!CONSTANT|\(subquery|c\b)/.test(step)
    : /^(ALL|index) (?!<(union|derived))/.test(step);
const isSort = (step: string) => /TEMP B-TREE FOR ORDER BY|filesort/.test(step);

const lists = [
  '',
  '?status=open',
  '?severity=low',
  '?monitorId={monitor}',
  '?ruleId={rule}',
  '?status=open&severity=low',
  '?from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z',
  '?status=resolved&from=2026-01-01T00:00:00Z',
];

describe('every list is answered from an index, in its order', () => {
  it.each(lists)('GET /v1/incidents%s', async (query) => {
    queries.length = 0;
    const { status, text } = await ada.api.get(
      `/v1/incidents${query.replace('{monitor}', monitorId).replace('{rule}', ruleId)}`,
    );
    expect([status, text]).toEqual([200, expect.any(String)]);
    // Of what no index leads along, the bound is asked for first.
    expect(queries).toHaveLength(query.includes('&severity') ? 3 : 2);
    const plans = await plansOf();
    expect(plans.filter((step) => isScan(step) || isSort(step))).toEqual([]);
  });

  it('GET /v1/incidents/{id}/events', async () => {
    queries.length = 0;
    await ada.api.get(`/v1/incidents/${incidentId}/events`);
    const plans = await plansOf();
    expect(plans.length).toBeGreaterThan(2);
    expect(plans.filter((step) => isScan(step) || isSort(step))).toEqual([]);
  });
});

describe('a process that takes monitors up', () => {
  it('reads their incidents from an index', async () => {
    const monitors = await app.get(MonitorsRepository).findByIds([monitorId]);
    queries.length = 0;
    await app.get(RuleStateRestorer).statesOf(monitors);
    const plans = await plansOf();
    expect(plans.length).toBeGreaterThan(1);
    expect(plans.filter(isScan)).toEqual([]);
  });

  it('reads of their checks no more than it needs', async () => {
    queries.length = 0;
    const team = { teamId: ada.teamId };
    const found = await app.get(RecentChecks).of([{ id: monitorId, ...team }], 10);
    expect(found.get(monitorId)).toHaveLength(10);
    const plans = await plansOf();
    expect(plans.filter((step) => isScan(step) || isSort(step))).toEqual([]);
  });
});
