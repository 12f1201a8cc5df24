import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkErrorSentences } from '../../src/checks/result/check-errors.js';
import { NotFound, QueryMalformed, ValidationFailed } from '../../src/problems/common.problems.js';
import { allPages } from '../all-pages.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Person } from '../given.js';
import { type GivenCheck, givenChecks } from '../given-checks.js';
import { HOUR, MINUTE } from '../test-clock.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
});
afterAll(() => app.stop());

const START = Date.parse('2026-03-01T10:00:00Z');
const instant = (time: number) => new Date(time).toISOString();

async function monitorWith(checks: readonly GivenCheck[], person = ada): Promise<string> {
  const { body } = await person.api.post('/v1/monitors', { name: 'Home', url: 'https://example.com/' });
  await givenChecks(app, body.id, checks);
  return body.id;
}
const checksOf = async (id: string, query = ''): Promise<any[]> =>
  (await ada.api.get(`/v1/monitors/${id}/checks${query}`)).body.data;
const dueTimes = (checks: any[]) => checks.map(({ dueAt }) => dueAt);

describe('a check', () => {
  it('that was ok tells what came back, and how long each part took', async () => {
    const expiry = Date.parse('2027-01-01T00:00:00Z');
    const id = await monitorWith([
      {
        dueAt: START,
        lagMs: 12,
        dnsUs: 4_218,
        connectUs: 11_902,
        tlsUs: 23_411,
        firstByteUs: 87_650,
        totalUs: 128_914,
        bodyBytes: 1_532,
        certificateExpiresAt: expiry,
      },
    ]);
    expect(await checksOf(id)).toEqual([
      {
        id: expect.stringMatching(/^chk_[0-9a-z]{26}$/),
        at: '2026-03-01T10:00:00.012Z',
        dueAt: '2026-03-01T10:00:00.000Z',
        lagMs: 12,
        ok: true,
        verdict: 'ok',
        inMaintenance: false,
        statusCode: 200,
        error: null,
        message: null,
        detail: null,
        trigger: 'scheduled',
        times: { dns: 4.218, connect: 11.902, tls: 23.411, firstByte: 87.65, total: 128.914 },
        bodyBytes: 1_532,
        certificateExpiresAt: instant(expiry),
        address: '203.0.113.7',
        excerpt: null,
      },
    ]);
  });

  it('that was not ok tells why, in a word and in a sentence', async () => {
    const detail = 'The status was 503, and 200 was expected.';
    const id = await monitorWith([{ dueAt: START, verdict: 'failed', detail, excerpt: '<h1>Away</h1>' }]);
    expect((await checksOf(id))[0]).toMatchObject({
      ok: false,
      verdict: 'failed',
      statusCode: 503,
      error: 'unexpected-status',
      message: `${checkErrorSentences['unexpected-status']} ${detail}`,
      detail,
      excerpt: '<h1>Away</h1>',
    });
  });

  it('without a response has no status, no time of what was not reached, and still a sentence', async () => {
    const id = await monitorWith([
      {
        dueAt: START,
        verdict: 'failed',
        error: 'dns-failed',
        statusCode: null,
        dnsUs: 1_000,
        connectUs: null,
        firstByteUs: null,
        totalUs: 1_004,
        bodyBytes: 0,
        address: null,
      },
    ]);
    expect((await checksOf(id))[0]).toMatchObject({
      statusCode: null,
      error: 'dns-failed',
      message: checkErrorSentences['dns-failed'],
      detail: null,
      times: { dns: 1, connect: null, tls: null, firstByte: null, total: 1.004 },
      address: null,
    });
  });

  it('that says nothing of the endpoint is marked: inconclusive, or in maintenance', async () => {
    const id = await monitorWith([
      { dueAt: START, inMaintenance: true },
      { dueAt: START + 1, verdict: 'inconclusive' },
    ]);
    expect(await checksOf(id)).toEqual([
      expect.objectContaining({ ok: false, verdict: 'inconclusive', inMaintenance: false }),
      expect.objectContaining({ ok: true, verdict: 'ok', inMaintenance: true }),
    ]);
  });

  it('has an id of its own, which it keeps', async () => {
    const times = [0, 1, MINUTE].map((after) => ({ dueAt: START + after }));
    const id = await monitorWith(times);
    const other = await monitorWith(times);
    const ids = [...(await checksOf(id)), ...(await checksOf(other))].map((check) => check.id);
    expect(new Set(ids).size).toBe(6);
    expect((await checksOf(id)).map((check) => check.id)).toEqual(ids.slice(0, 3));
  });
});

describe('GET /v1/monitors/{id}/checks', () => {
  /** One each minute: every combination of how it went and what made it happen, twice. */
  const various = (['ok', 'failed', 'inconclusive'] as const).flatMap((verdict) =>
    (['scheduled', 'manual', 'confirmation'] as const).flatMap((cause) => [
      { verdict, cause },
      { verdict, cause },
    ]),
  );
  const at = (i: number) => START + i * MINUTE;
  let id: string;
  beforeAll(async () => {
    id = await monitorWith(various.map((check, i) => ({ ...check, dueAt: at(i) })));
  });

  it('lists the newest first', async () => {
    expect(dueTimes(await checksOf(id))).toEqual(various.map((_, i) => instant(at(i))).toReversed());
  });

  it('lists by when they were due, whichever began first', async () => {
    const late = await monitorWith([
      { dueAt: START, lagMs: 5_000 },
      { dueAt: START + 1_000, lagMs: 1 },
    ]);
    expect((await checksOf(late)).map((check) => check.at)).toEqual([
      instant(START + 1_001),
      instant(START + 5_000),
    ]);
  });

  it('is empty of a monitor that was never checked', async () => {
    const { body } = await ada.api.get(`/v1/monitors/${await monitorWith([])}/checks`);
    expect(body).toEqual({ data: [], nextCursor: null });
  });

  it("shows no other monitor's checks", async () => {
    const other = await monitorWith([{ dueAt: START - HOUR }]);
    expect(dueTimes(await checksOf(other))).toEqual([instant(START - HOUR)]);
  });

  const filters: Array<[query: string, belongs: (check: any) => boolean]> = [
    ['ok=true', ({ ok }) => ok],
    ['ok=false', ({ ok }) => !ok],
    ['trigger=scheduled', ({ trigger }) => trigger === 'scheduled'],
    ['trigger=manual', ({ trigger }) => trigger === 'manual'],
    ['trigger=confirmation', ({ trigger }) => trigger === 'confirmation'],
    ['ok=false&trigger=manual', ({ ok, trigger }) => !ok && trigger === 'manual'],
    ['ok=true&trigger=scheduled', ({ ok, trigger }) => ok && trigger === 'scheduled'],
    [`from=${instant(at(5))}`, ({ dueAt }) => dueAt >= instant(at(5))],
    [`to=${instant(at(5))}`, ({ dueAt }) => dueAt < instant(at(5))],
    [
      `from=${instant(at(5))}&to=${instant(at(9))}&ok=false`,
      ({ ok, dueAt }) => !ok && dueAt >= instant(at(5)) && dueAt < instant(at(9)),
    ],
  ];

  it.each(filters)('filters by %s', async (query, belongs) => {
    const all = await checksOf(id);
    const expected = all.filter(belongs);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(all.length);
    expect(await checksOf(id, `?${query}`)).toEqual(expected);
    expect(await allPages(ada.api, `/v1/monitors/${id}/checks?${query}`)).toEqual(expected);
  });

  it('divides at a moment: what is due at it comes from it on, and not before it', async () => {
    const [from, to] = [
      await checksOf(id, `?from=${instant(at(3))}`),
      await checksOf(id, `?to=${instant(at(3))}`),
    ];
    expect(dueTimes(from)).toContain(instant(at(3)));
    expect(dueTimes(to)).not.toContain(instant(at(3)));
    expect([...from, ...to]).toEqual(await checksOf(id));
  });

  it('understands a moment in any offset', async () => {
    const elsewhere = instant(at(3) + 2 * HOUR).replace('Z', '%2B02:00');
    expect(await checksOf(id, `?from=${elsewhere}`)).toEqual(await checksOf(id, `?from=${instant(at(3))}`));
  });

  it('finds nothing between a moment and itself', async () => {
    expect(await checksOf(id, `?from=${instant(at(3))}&to=${instant(at(3))}`)).toEqual([]);
  });

  it.each([
    ['ok', '1'],
    ['ok', 'TRUE'],
    ['ok', ''],
    ['ok', 'yes'],
    ['trigger', 'cron'],
    ['trigger', ''],
    ['from', 'yesterday'],
    ['from', '2026-01-01T00:00:00'],
    ['to', '2026-02-30T00:00:00Z'],
    ['to', String(START)],
    ['limit', '0'],
    ['limit', '201'],
    ['cursor', 'x'],
    ['error', 'timeout'],
  ])('refuses %s=%s', async (parameter, value) => {
    const answer = await ada.api.get(`/v1/monitors/${id}/checks?${parameter}=${value}`);
    expectProblem(answer, ValidationFailed, { errors: [expect.objectContaining({ parameter })] });
  });

  it('refuses a time that ends before it begins', async () => {
    const query = `from=${instant(START + 1)}&to=${instant(START)}`;
    expectProblem(await ada.api.get(`/v1/monitors/${id}/checks?${query}`), ValidationFailed, {
      errors: [{ parameter: 'from', code: 'order', message: 'from must not be after to.' }],
    });
  });

  it('names every fault at once', async () => {
    const { body } = await ada.api.get(`/v1/monitors/${id}/checks?ok=x&trigger=x&from=x&to=x`);
    expect(body.errors.map(({ parameter }: any) => parameter).toSorted()).toEqual([
      'from',
      'ok',
      'to',
      'trigger',
    ]);
  });

  it('refuses a parameter that is given twice', async () => {
    expectProblem(await ada.api.get(`/v1/monitors/${id}/checks?ok=true&ok=false`), QueryMalformed);
  });

  it.each([1, 5, 17, 18])(
    'goes page by page of %d through all of them, while checks are added',
    async (limit) => {
      const growing = await monitorWith(various.map((check, i) => ({ ...check, dueAt: at(i) })));
      const expected = await checksOf(growing);
      const seen: any[] = [];
      let next = 0;
      for (let cursor: string | null = ''; cursor !== null; next += 1) {
        const { body }: { body: any } = await ada.api.get(
          `/v1/monitors/${growing}/checks?limit=${limit}${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...body.data);
        cursor = body.nextCursor;
        await givenChecks(app, growing, [{ dueAt: at(various.length + next) }]);
      }
      expect(seen).toEqual(expected);
      expect(next).toBe(Math.ceil(various.length / limit));
    },
  );

  it('keeps to the filters from page to page', async () => {
    const { body, headers } = await ada.api.get(`/v1/monitors/${id}/checks?ok=false&limit=4`);
    expect(headers['link']).toContain('rel="next"');
    const rest = await checksOf(id, `?ok=false&limit=200&cursor=${body.nextCursor}`);
    expect([...body.data, ...rest]).toEqual(await checksOf(id, '?ok=false'));
  });

  it.each([
    ['of other filters', () => `/v1/monitors/${id}/checks?limit=2&ok=false`],
    ['of another monitor', async () => `/v1/monitors/${await monitorWith([])}/checks?limit=2`],
  ])('refuses the cursor of a list %s', async (_, path) => {
    const { body } = await ada.api.get(`/v1/monitors/${id}/checks?limit=2`);
    const answer = await ada.api.get(`${await path()}&cursor=${body.nextCursor}`);
    expectProblem(answer, ValidationFailed, { errors: [expect.objectContaining({ parameter: 'cursor' })] });
  });

  it("answers another team's monitor like one that never was", async () => {
    const eve = await app.given.owner({ name: 'Eve' });
    const { body } = await eve.api.post('/v1/monitors', { name: 'Hers', url: 'https://example.com/' });
    await eve.api.delete(`/v1/monitors/${body.id}`);
    const answers = [
      await eve.api.get(`/v1/monitors/${id}/checks`),
      await eve.api.get(`/v1/monitors/${body.id}/checks`),
    ];
    for (const answer of answers) expectProblem(answer, NotFound);
    const [foreign, gone] = answers.map((answer, i) => ({
      ...answer.body,
      requestId: '',
      detail: answer.body.detail.replace([id, body.id][i], ''),
      instance: answer.body.instance.replace([id, body.id][i], ''),
    }));
    expect(foreign).toEqual(gone);
  });

  it('goes on telling of a monitor that is paused', async () => {
    const paused = await monitorWith([{ dueAt: START }]);
    await ada.api.post(`/v1/monitors/${paused}/pause`);
    expect(dueTimes(await checksOf(paused))).toEqual([instant(START)]);
  });
});
