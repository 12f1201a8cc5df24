import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AlertRulesRepository } from '../../src/alert-rules/alert-rules.repository.js';
import { type Transaction, Transactions } from '../../src/database/transactions.js';
import type { LatestIncident } from '../../src/incidents/lifecycle/transitions.js';
import { IncidentResolver } from '../../src/incidents/lifecycle/incident-resolver.js';
import { IncidentOpener } from '../../src/incidents/lifecycle/incident-opener.js';
import { TestApp } from '../app.js';
import { Checked } from '../checked.js';
import { badCheck, sightAt } from '../given-incidents.js';
import type { Person } from '../given.js';
import { MINUTE } from '../test-clock.js';

/** Two processes may check a monitor for a moment: one takes over what the other has not let go of. */
let app: TestApp;
let ada: Person;
let checked: Checked;
let ruleId: string;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());
beforeEach(async () => {
  ada = await app.given.owner();
  checked = await Checked.of(app, ada);
  ruleId = (await ada.api.get('/v1/alert-rules')).body.data[0].id;
});

const COOLDOWN = 15 * MINUTE;

/** As many transactions as there are processes, all at once. */
async function race(
  processes: number,
  work: (tx: Transaction) => Promise<LatestIncident | null>,
): Promise<Array<LatestIncident | null>> {
  const transactions = app.get(Transactions);
  return Promise.all(Array.from({ length: processes }, () => transactions.run((tx) => work(tx))));
}

async function raiseAtOnce(processes: number): Promise<Array<LatestIncident | null>> {
  const rule = (await app.get(AlertRulesRepository).find(ada.teamId, ruleId))!;
  const at = app.clock.now().getTime();
  const monitor = { id: checked.id, teamId: ada.teamId };
  const trigger = { rule, monitor, input: sightAt(at, at, COOLDOWN), snapshots: [badCheck(at)] };
  return race(processes, (tx) => app.get(IncidentOpener).openOrContinue(tx, trigger));
}

const recoverAtOnce = (processes: number): Promise<Array<LatestIncident | null>> => {
  const at = app.clock.now().getTime();
  const input = sightAt(at, at, COOLDOWN);
  const recovery = { rule: { id: ruleId }, monitor: { id: checked.id }, input, check: null };
  return race(processes, (tx) => app.get(IncidentResolver).recover(tx, recovery));
};

const count = async (table: string): Promise<number> => {
  const incidents = 'SELECT id FROM incidents WHERE monitorId = ?';
  const [row] = await app.dataSource.query(
    `SELECT COUNT(*) AS n FROM ${table} WHERE ${table === 'incidents' ? 'id' : 'incidentId'} IN (${incidents})`,
    [checked.id],
  );
  return Number(row.n);
};

describe('many that open an incident of one rule and monitor at once', () => {
  it('open one, tell of it once, and all know it', async () => {
    const known = await raiseAtOnce(6);
    const ids = new Set(known.map((latest) => latest!.id));
    expect(ids.size).toBe(1);
    expect(known.every((latest) => latest!.isOpen)).toBe(true);
    expect([await count('incidents'), await count('deliveries'), await count('incident_events')]).toEqual([
      1, 1, 1,
    ]);
    expect(await count('incident_evidence')).toBe(1);
  });

  it('reopen one', async () => {
    await raiseAtOnce(1);
    app.clock.advance(MINUTE);
    await recoverAtOnce(1);
    app.clock.advance(MINUTE);
    await raiseAtOnce(6);
    const [incident, ...others] = await checked.incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ status: 'open', reopenCount: 1 });
    expect((await checked.timeline()).map(({ type }) => type)).toEqual(['opened', 'resolved', 'reopened']);
  });
});

describe('many that resolve an incident at once', () => {
  it('resolve it and tell of it once', async () => {
    await raiseAtOnce(1);
    app.clock.advance(MINUTE);
    const known = await recoverAtOnce(6);
    expect(known.some((latest) => latest!.isOpen)).toBe(false);
    expect([await count('deliveries'), await count('incident_events')]).toEqual([2, 2]);
  });

  it('do nothing where there is none', async () => {
    expect(await recoverAtOnce(2)).toEqual([null, null]);
  });
});

describe('the database', () => {
  it('itself refuses a second unresolved incident of a rule and a monitor', async () => {
    await raiseAtOnce(1);
    const columns = (
      await app.dataSource.query('SELECT * FROM incidents WHERE monitorId = ?', [checked.id])
    )[0];
    const insert = app
      .get(Transactions)
      .run(({ manager }) =>
        manager.query(
          `INSERT INTO incidents (${Object.keys(columns).join(', ')}) VALUES (${Object.keys(columns).fill('?').join(', ')})`,
          Object.values({ ...columns, id: 'inc_other' }),
        ),
      );
    await expect(insert).rejects.toThrow(/UNIQUE|Duplicate/);
  });
});

describe('a monitor that is deleted while a check of it opens an incident', () => {
  it('leaves no incident open', async () => {
    for (let round = 0; round < 5; round += 1) {
      const monitor = await Checked.of(app, ada);
      await Promise.all([monitor.history('x'), ada.api.delete(`/v1/monitors/${monitor.id}`)]).catch(() => {});
      expect(await monitor.incidents('&status=open')).toEqual([]);
    }
  });
});
