import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { windowStart, type UptimeWindow, uptimeWindows } from '../../src/checks/result/uptime.js';
import { UptimeService } from '../../src/checks/uptime.service.js';
import type { CheckResult, Verdict } from '../../src/checks/result/check-result.js';
import { SqlReader } from '../../src/database/sql-reader.js';
import { NotFound, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import { type GivenCheck, givenChecks, givenRollups } from '../given-checks.js';
import { outcome } from '../outcomes.js';
import { storeOutcomes } from '../checked.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start();
  // 14:25: neither a minute, an hour nor a day ends while this runs.
  app.clock.advance(2 * DAY - (app.clock.now().getTime() % DAY) + 14 * HOUR + 25 * MINUTE);
  ada = await app.given.owner();
});
afterAll(() => app.stop());

const now = () => app.clock.now().getTime();

async function newMonitor(person = ada): Promise<string> {
  const { body } = await person.api.post('/v1/monitors', { name: 'Home', url: 'https://example.com/' });
  return body.id;
}
async function monitorWith(checks: readonly GivenCheck[], skipped: readonly number[] = []): Promise<string> {
  const id = await newMonitor();
  await givenRollups(app, id, checks, skipped);
  return id;
}
const store = (results: readonly CheckResult[]) => storeOutcomes(app, results);
const uptimeOf = async (id: string): Promise<any> => (await ada.api.get(`/v1/monitors/${id}/uptime`)).body;

const ago = (time: number, verdict: Verdict = 'ok', more: Partial<GivenCheck> = {}) => ({
  ...more,
  dueAt: now() - time,
  verdict,
});

describe('GET /v1/monitors/{id}/uptime', () => {
  const nothing = { total: 0, ok: 0, failed: 0, inconclusive: 0, maintenance: 0, skipped: 0 };

  it('knows nothing of a monitor that was never checked', async () => {
    const uptime = await uptimeOf(await newMonitor());
    expect(Object.keys(uptime)).toEqual(['24h', '7d', '30d']);
    for (const window of Object.values(uptime))
      expect(window).toEqual({
        from: expect.any(String),
        percent: null,
        upSeconds: 0,
        downSeconds: 0,
        coverage: null,
        checks: nothing,
      });
  });

  it('tells of each window by its own checks', async () => {
    const id = await monitorWith([
      ago(MINUTE),
      ago(2 * HOUR, 'failed'),
      ago(3 * DAY),
      ago(4 * DAY),
      ago(20 * DAY, 'failed'),
    ]);
    expect(await uptimeOf(id)).toMatchObject({
      '24h': { percent: 50, coverage: 100, checks: { total: 2, ok: 1, failed: 1 } },
      '7d': { percent: 75, coverage: 100, checks: { total: 4, ok: 3, failed: 1 } },
      '30d': { percent: 60, coverage: 100, checks: { total: 5, ok: 3, failed: 2 } },
    });
  });

  it('is of time and not of checks: checking again and again changes nothing', async () => {
    const id = await newMonitor();
    app.clock.advance(10 * MINUTE);
    const minutesAgo = (minutes: number, more: Partial<CheckResult> = {}) =>
      outcome({ monitorId: id, teamId: ada.teamId, dueAt: now() - minutes * MINUTE, ...more });
    const byHand = Array.from({ length: 20 }, (_, i) =>
      minutesAgo(1 - i / 1_000, { verdict: 'failed', trigger: 'manual' }),
    );
    await store([...[8, 7, 6, 5, 4, 3, 2].map((each) => minutesAgo(each)), ...byHand]);
    expect((await uptimeOf(id))['24h']).toMatchObject({
      percent: expect.closeTo(87.5, 1),
      upSeconds: expect.closeTo(420, 0),
      downSeconds: expect.closeTo(60, 0),
      checks: { total: 27, ok: 7, failed: 20 },
    });
  });

  it('knows no time before a check, and none of a pause', async () => {
    const id = await newMonitor();
    app.clock.advance(MINUTE);
    await store([outcome({ monitorId: id, teamId: ada.teamId, dueAt: now() - 10_000 })]);
    expect((await uptimeOf(id))['24h']).toMatchObject({ percent: 100, upSeconds: expect.closeTo(10, 0) });
    await ada.api.post(`/v1/monitors/${id}/pause`);
    app.clock.advance(20_000);
    expect((await uptimeOf(id))['24h']).toMatchObject({ percent: 100, upSeconds: expect.closeTo(10, 0) });
  });

  it('leaves out what says nothing of the endpoint, and counts it apart', async () => {
    const id = await monitorWith([
      ago(MINUTE),
      ago(2 * MINUTE, 'inconclusive'),
      ago(3 * MINUTE, 'failed', { inMaintenance: true }),
      ago(4 * MINUTE, 'ok', { inMaintenance: true }),
    ]);
    expect((await uptimeOf(id))['24h']).toMatchObject({
      percent: 100,
      checks: { total: 4, ok: 1, failed: 0, inconclusive: 1, maintenance: 2, skipped: 0 },
    });
  });

  it('knows no percentage where nothing was conclusive', async () => {
    const id = await monitorWith([ago(MINUTE, 'inconclusive'), ago(HOUR, 'ok', { inMaintenance: true })]);
    expect((await uptimeOf(id))['7d']).toMatchObject({ percent: null, coverage: 100 });
  });

  it('shows a gap as a gap, and not as time that was good', async () => {
    const id = await monitorWith([ago(MINUTE)], [now() - 2 * MINUTE, now() - 3 * MINUTE]);
    expect((await uptimeOf(id))['24h']).toMatchObject({
      percent: 100,
      coverage: 33.333,
      checks: { total: 1, skipped: 2 },
    });
  });

  it('covers nothing where no check that was due was made', async () => {
    const id = await monitorWith([], [now() - MINUTE]);
    expect((await uptimeOf(id))['24h']).toMatchObject({ percent: null, coverage: 0 });
  });

  it('is 100 only where nothing failed', async () => {
    const many = Array.from({ length: 300 }, (_, i) => ago(MINUTE + i));
    const id = await monitorWith([...many, ago(2 * MINUTE, 'failed')]);
    expect((await uptimeOf(id))['24h'].percent).toBe(99.667);
    const good = await monitorWith(many);
    expect((await uptimeOf(good))['24h'].percent).toBe(100);
  });

  it.each([
    ['24h', MINUTE, DAY],
    ['7d', HOUR, 7 * DAY],
    ['30d', HOUR, 30 * DAY],
  ] as const)('begins %s with the moment it says', async (window, edge, span) => {
    const id = await newMonitor();
    const from = Date.parse((await uptimeOf(id))[window].from);
    expect(from % edge).toBe(0);
    expect(now() - from).toBeGreaterThanOrEqual(span);
    expect(now() - from).toBeLessThan(span + edge);
    await givenRollups(app, id, [
      { dueAt: from - 1, verdict: 'failed' },
      { dueAt: from, verdict: 'ok' },
    ]);
    expect((await uptimeOf(id))[window].checks).toMatchObject({ ok: 1, failed: 0 });
  });

  it('agrees with the checks themselves, wherever they are in time', async () => {
    const verdicts = ['ok', 'ok', 'failed', 'inconclusive'] as const;
    // Steps of 9 h 47 min come by every hour of the day, the edges of all windows among them.
    const times = Array.from({ length: 80 }, (_, i) => i * (9 * HOUR + 47 * MINUTE));
    const lastDay = Array.from({ length: 160 }, (_, i) => i * (9 * MINUTE + 7_000) + 1);
    const checks = [...times, ...lastDay].map((time, i) =>
      ago(time, verdicts[i % 4], { inMaintenance: i % 7 === 0 }),
    );
    const id = await monitorWith(checks);
    const uptime = await uptimeOf(id);
    for (const window of uptimeWindows) {
      const from = windowStart(window, now());
      const counted = checks.filter(({ dueAt }) => dueAt >= from);
      const outside = counted.filter(({ inMaintenance }) => !inMaintenance);
      const count = (verdict: Verdict) => outside.filter((check) => check.verdict === verdict).length;
      expect([window, uptime[window].checks]).toEqual([
        window,
        {
          total: counted.length,
          ok: count('ok'),
          failed: count('failed'),
          inconclusive: count('inconclusive'),
          maintenance: counted.length - outside.length,
          skipped: 0,
        },
      ]);
    }
  });

  it('is answered from rollups: checks that are in none do not count, and cost nothing', async () => {
    const id = await newMonitor();
    await givenChecks(app, id, [ago(MINUTE)]);
    expect((await uptimeOf(id))['24h'].checks).toEqual(nothing);
  });

  it('has the same tag until something changes', async () => {
    const id = await newMonitor();
    const path = `/v1/monitors/${id}/uptime`;
    const { headers } = await ada.api.get(path);
    const since = { 'if-none-match': headers['etag'] as string };
    expect((await ada.api.send('GET', path, undefined, since)).status).toBe(304);
    await givenRollups(app, id, [ago(MINUTE)]);
    expect((await ada.api.send('GET', path, undefined, since)).status).toBe(200);
  });

  it("answers another team's monitor like one that never was", async () => {
    const eve = await app.given.owner({ name: 'Eve' });
    expectProblem(await eve.api.get(`/v1/monitors/${await newMonitor()}/uptime`), NotFound);
    expectProblem(await eve.api.get('/v1/monitors/mon_nope/uptime'), NotFound);
  });

  it('takes no parameters', async () => {
    const answer = await ada.api.get(`/v1/monitors/${await newMonitor()}/uptime?window=24h`);
    expectProblem(answer, ValidationFailed, { errors: [expect.objectContaining({ parameter: 'window' })] });
  });
});

describe('UptimeService.uptimeOf', () => {
  const over = (ids: readonly string[], window: UptimeWindow) => app.get(UptimeService).uptimeOf(ids, window);

  it('tells of many monitors at once, each by its own checks', async () => {
    const ids = [
      await monitorWith([ago(MINUTE), ago(2 * DAY, 'failed')]),
      await newMonitor(),
      await monitorWith([ago(MINUTE, 'failed'), ago(HOUR, 'inconclusive')]),
    ];
    expect([...(await over(ids, '24h'))]).toEqual([
      [ids[0], { percent: 100, checks: 1 }],
      [ids[1], { percent: null, checks: 0 }],
      [ids[2], { percent: 0, checks: 1 }],
    ]);
    expect((await over(ids, '7d')).get(ids[0]!)).toEqual({ percent: 50, checks: 2 });
  });

  it('says what the API says', async () => {
    const id = await monitorWith([ago(MINUTE), ago(25 * HOUR), ago(8 * DAY, 'failed')]);
    const told = await uptimeOf(id);
    for (const window of uptimeWindows)
      expect((await over([id], window)).get(id)!.percent).toBe(told[window].percent);
  });

  it.each([0, 1, 2, 3, 5, 8, 9])('tells of %d monitors, each once', async (count) => {
    const ids: string[] = [];
    while (ids.length < count) ids.push(await monitorWith([ago(MINUTE), ago(2 * MINUTE, 'failed')]));
    expect([...(await over(ids, '30d'))]).toEqual(ids.map((id) => [id, { percent: 50, checks: 2 }]));
  });

  it('asks the database once, however many there are', async () => {
    const reads = app.get(SqlReader);
    const original = reads.query;
    let asked = 0;
    reads.query = (...args) => {
      asked += 1;
      return original.apply(reads, args) as never;
    };
    try {
      const unused = Array.from({ length: 1_000 }, (_, i) => `mon_${i}`);
      expect((await over(unused, '30d')).size).toBe(1_000);
      expect(asked).toBe(1);
    } finally {
      reads.query = original;
    }
  });
});
