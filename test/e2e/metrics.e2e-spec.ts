import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotFound, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import { type GivenCheck, givenChecks, givenRollups } from '../given-checks.js';
import { DAY, HOUR, MINUTE } from '../test-clock.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start();
  // 14:25: no bucket ends while this runs.
  app.clock.advance(2 * DAY - (app.clock.now().getTime() % DAY) + 14 * HOUR + 25 * MINUTE);
  ada = await app.given.owner();
});
afterAll(() => app.stop());

const now = () => app.clock.now().getTime();

async function monitorWith(checks: readonly GivenCheck[]): Promise<string> {
  const { body } = await ada.api.post('/v1/monitors', { name: 'Home', url: 'https://example.com/' });
  await givenRollups(app, body.id, checks);
  return body.id;
}
const metricsOf = async (id: string, period = '24h'): Promise<any> =>
  (await ada.api.get(`/v1/monitors/${id}/metrics?period=${period}`)).body;

/** Percentiles are told to 8 %. */
const isNear = (told: number, exact: number) => Math.abs(told - exact) < exact * 0.08;

const untimed = { avg: null, p50: null, p95: null, p99: null };
const empty = { count: 0, failures: 0, ...untimed };

const periods = [
  ['24h', DAY, 15 * MINUTE],
  ['7d', 7 * DAY, HOUR],
  ['30d', 30 * DAY, 6 * HOUR],
  ['90d', 90 * DAY, DAY],
] as const;

describe.each(periods)('GET /v1/monitors/{id}/metrics?period=%s', (period, span, length) => {
  it('has all buckets, one behind the other, the last of which is running', async () => {
    const { from, to, buckets, ...rest } = await metricsOf(await monitorWith([]), period);
    expect(rest).toEqual({ period, bucketSeconds: length / 1000, totals: empty });
    const start = Date.parse(from);
    expect(start % length).toBe(0);
    expect(Date.parse(to) - start).toBe(span);
    expect(now()).toBeGreaterThanOrEqual(Date.parse(to) - length);
    expect(now()).toBeLessThan(Date.parse(to));
    expect(buckets).toEqual(
      Array.from({ length: span / length }, (_, i) => ({
        start: new Date(start + i * length).toISOString(),
        ...empty,
      })),
    );
  });

  it('puts each check into the bucket it was due in, and leaves out what was before the first', async () => {
    const { from, to } = await metricsOf(await monitorWith([]), period);
    const [start, end] = [Date.parse(from), Date.parse(to)];
    const due = [start - 1, start, start + length - 1, start + length, end - length];
    const { buckets, totals } = await metricsOf(await monitorWith(due.map((dueAt) => ({ dueAt }))), period);
    const counts = buckets.map(({ count }: any) => count);
    expect(counts).toEqual([2, 1, ...counts.slice(2, -1).fill(0), 1]);
    expect(totals.count).toBe(4);
  });
});

describe('GET /v1/monitors/{id}/metrics', () => {
  it('tells of 24 hours unless asked otherwise', async () => {
    const id = await monitorWith([]);
    expect((await ada.api.get(`/v1/monitors/${id}/metrics`)).body).toEqual(await metricsOf(id, '24h'));
  });

  it('tells what the times of a bucket come to, in milliseconds', async () => {
    const bucket = now() - (now() % (15 * MINUTE));
    // 1 ms to 200 ms, in no order, over some minutes.
    const checks = Array.from({ length: 200 }, (_, i) => ({
      dueAt: bucket + i * 2_000,
      totalUs: (((i * 37) % 200) + 1) * 1_000,
    }));
    const { buckets, totals } = await metricsOf(await monitorWith(checks));
    const last = buckets.at(-1);
    expect(last).toMatchObject({
      start: new Date(bucket).toISOString(),
      count: 200,
      failures: 0,
      avg: 100.5,
    });
    for (const [name, exact] of [
      ['p50', 100],
      ['p95', 190],
      ['p99', 198],
    ] as const)
      expect([name, isNear(last[name], exact)]).toEqual([name, true]);
    expect({ start: last.start, ...totals }).toEqual(last);
  });

  it('adds buckets up in the totals: percentiles of all checks, and no mean of percentiles', async () => {
    const quick = Array.from({ length: 98 }, (_, i) => ({ dueAt: now() - 3 * HOUR + i, totalUs: 10_000 }));
    const slow = [1, 2].map((i) => ({ dueAt: now() - i, totalUs: 1_000_000 }));
    const { buckets, totals } = await metricsOf(await monitorWith([...quick, ...slow]));
    expect(buckets.at(-1)).toMatchObject({ count: 2, avg: 1_000, p50: 1_000, p99: 1_000 });
    expect(totals).toMatchObject({ count: 100, avg: 29.8 });
    for (const p of ['p50', 'p95']) expect([p, isNear(totals[p], 10)]).toEqual([p, true]);
    expect(isNear(totals.p99, 1_000)).toBe(true);
  });

  it('keeps fractions of a millisecond', async () => {
    const id = await monitorWith([
      { dueAt: now(), totalUs: 1_234 },
      { dueAt: now() - 1, totalUs: 1_235 },
    ]);
    const { totals } = await metricsOf(id);
    expect(totals.avg).toBe(1.235);
    expect(totals.p50).toBeCloseTo(1.234, 2);
  });

  it('counts failures, and takes the times of those that were answered', async () => {
    const unanswered = {
      verdict: 'failed',
      error: 'timeout',
      statusCode: null,
      totalUs: 30_000_000,
    } as const;
    const id = await monitorWith([
      { dueAt: now(), totalUs: 4_000 },
      { dueAt: now() - 1, verdict: 'failed', totalUs: 8_000 },
      { dueAt: now() - 2, ...unanswered },
    ]);
    expect((await metricsOf(id)).totals).toMatchObject({ count: 3, failures: 2, avg: 6, p99: 8 });
  });

  it('has no times where nothing was answered', async () => {
    const id = await monitorWith([
      { dueAt: now(), verdict: 'failed', error: 'connection-refused', statusCode: null },
    ]);
    expect((await metricsOf(id)).totals).toEqual({ count: 1, failures: 1, ...untimed });
  });

  it('leaves out what says nothing of the endpoint', async () => {
    const id = await monitorWith([
      { dueAt: now(), verdict: 'inconclusive' },
      { dueAt: now() - 1, verdict: 'failed', inMaintenance: true },
    ]);
    expect((await metricsOf(id)).totals).toEqual(empty);
  });

  it('is answered from rollups: checks that are in none do not count, and cost nothing', async () => {
    const id = await monitorWith([]);
    await givenChecks(app, id, [{ dueAt: now() }]);
    expect((await metricsOf(id)).totals).toEqual(empty);
  });

  it('tells the same of all periods that hold the same checks', async () => {
    const id = await monitorWith(
      Array.from({ length: 50 }, (_, i) => ({ dueAt: now() - i * 20 * MINUTE, totalUs: (i + 1) * 3_000 })),
    );
    const [first, ...others] = await Promise.all(periods.map(([period]) => metricsOf(id, period)));
    expect(first.totals.count).toBe(50);
    for (const { totals } of others) expect(totals).toEqual(first.totals);
  });

  it.each(['1h', '24H', '', '365d', '24h,7d'])('refuses period=%s', async (period) => {
    const answer = await ada.api.get(`/v1/monitors/${await monitorWith([])}/metrics?period=${period}`);
    expectProblem(answer, ValidationFailed, { errors: [expect.objectContaining({ parameter: 'period' })] });
  });

  it("answers another team's monitor like one that never was", async () => {
    const eve = await app.given.owner({ name: 'Eve' });
    expectProblem(await eve.api.get(`/v1/monitors/${await monitorWith([])}/metrics`), NotFound);
    expectProblem(await eve.api.get('/v1/monitors/mon_nope/metrics'), NotFound);
  });
});
