import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AbilityMissing } from '../../src/auth/auth.problems.js';
import { CheckNotMade } from '../../src/checks/checks.problems.js';
import { CheckEngine } from '../../src/checks/worker/check-engine.js';
import { DatabaseTimeout } from '../../src/database/errors.js';
import { RateLimited } from '../../src/limits/limits.problems.js';
import { NotFound, Unavailable } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { bad } from '../fake-prober.js';
import type { Person } from '../given.js';

const URL = 'https://api.example.com/health';

let app: TestApp;
let ada: Person;

const start = async (env: Record<string, string> = {}) => {
  app = await TestApp.start({ env });
  ada = await app.given.owner();
};
beforeEach(() => start());
afterEach(() => app.stop());

const newMonitor = async (more: object = {}): Promise<string> =>
  (await ada.api.post('/v1/monitors', { name: 'API', url: URL, ...more })).body.id;

describe('POST /v1/monitors/{id}/checks', () => {
  it('answers what a check made now found, and keeps it', async () => {
    const id = await newMonitor();
    const { status, body } = await ada.api.post(`/v1/monitors/${id}/checks`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, trigger: 'manual', statusCode: 200, times: { total: 2 } });
    expect((await ada.api.get(`/v1/monitors/${id}/checks`)).body.data).toEqual([body]);
  });

  it('answers a bad check with its reason', async () => {
    app.prober.answer(URL, bad);
    const { body } = await ada.api.post(`/v1/monitors/${await newMonitor()}/checks`);
    expect(body).toMatchObject({
      ok: false,
      error: 'unexpected-status',
      detail: bad.detail,
      statusCode: 500,
    });
  });

  it('decides about the monitor like any other check', async () => {
    const id = await newMonitor();
    await app.check();
    app.prober.answer(URL, bad);
    await ada.api.post(`/v1/monitors/${id}/checks`);
    expect((await ada.api.get(`/v1/monitors/${id}`)).body.status).toBe('down');
  });

  it('checks a paused monitor, which stays paused', async () => {
    const id = await newMonitor({ active: false });
    const { status, body } = await ada.api.post(`/v1/monitors/${id}/checks`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, trigger: 'manual' });
    expect((await ada.api.get(`/v1/monitors/${id}`)).body).toMatchObject({ status: 'paused', active: false });
  });

  it('may be asked for again at once, with the same Idempotency-Key, when it was not made', async () => {
    const id = await newMonitor();
    const retry = { 'idempotency-key': 'check now' };
    const ask = () => ada.api.post(`/v1/monitors/${id}/checks`, undefined, retry);
    jest.spyOn(app.get(CheckEngine), 'request').mockResolvedValueOnce(null);
    expectProblem(await ask(), CheckNotMade, { retryAfter: 5 });
    const made = await ask();
    expect([made.status, made.headers['idempotent-replayed']]).toEqual([200, undefined]);
    const again = await ask();
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([made.text, 'true']);
  });

  it('may be asked for again when the database went away meanwhile', async () => {
    const id = await newMonitor();
    const retry = { 'idempotency-key': 'check now' };
    const ask = () => ada.api.post(`/v1/monitors/${id}/checks`, undefined, retry);
    jest.spyOn(app.get(CheckEngine), 'request').mockRejectedValueOnce(new DatabaseTimeout('away'));
    expectProblem(await ask(), Unavailable, { retryAfter: 5 });
    expect((await ask()).status).toBe(200);
  });

  it('is in the audit log', async () => {
    const id = await newMonitor();
    await ada.api.post(`/v1/monitors/${id}/checks`);
    const [event] = await app.given.log(ada, '&action=monitor.check-requested');
    expect(event).toMatchObject({ outcome: 'success', target: { type: 'monitor', id, name: 'API' } });
  });

  it('answers each of several that ask at once', async () => {
    const id = await newMonitor();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ada.api.post(`/v1/monitors/${id}/checks`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  it.each([true, false])(
    'checks what the monitor is by now, in each of 25 rounds of an edit and a check (active: %p)',
    async (active) => {
      const id = await newMonitor({ active });
      if (active) await app.check();
      for (let i = 0; i < 25; i += 1) {
        const url = `https://api.example.com/${i}`;
        const statusCode = 500 + i;
        app.prober.answer(url, { ...bad, statusCode });
        expect((await ada.api.patch(`/v1/monitors/${id}`, { url })).status).toBe(200);
        const { status, body } = await ada.api.post(`/v1/monitors/${id}/checks`);
        expect([status, body.statusCode]).toEqual([200, statusCode]);
      }
    },
  );

  it('is made by the latest settings where it was asked for before and after an edit', async () => {
    const id = await newMonitor({ active: false });
    const url = 'https://api.example.com/later';
    app.prober.answer(url, { ...bad, statusCode: 503 });
    const early = ada.api.post(`/v1/monitors/${id}/checks`);
    await ada.api.patch(`/v1/monitors/${id}`, { url });
    const late = await ada.api.post(`/v1/monitors/${id}/checks`);
    expect((await early).status).toBe(200);
    expect(late.body.statusCode).toBe(503);
  });

  it('is refused without monitors:run, and checks nothing', async () => {
    const key = await app.given.key(ada, ['monitors:read', 'monitors:write', 'checks:read']);
    const id = await newMonitor();
    expectProblem(await key.api.post(`/v1/monitors/${id}/checks`), AbilityMissing, {
      required: ['monitors:run'],
      missing: ['monitors:run'],
    });
    expect(app.prober.probes).toEqual([]);
  });

  it("is 404 for another team's monitor", async () => {
    const grace = await app.given.owner({ name: 'Grace Hopper' });
    expectProblem(await grace.api.post(`/v1/monitors/${await newMonitor()}/checks`), NotFound);
  });

  it('is limited to 10 a minute and monitor, others are not concerned', async () => {
    await app.stop();
    await start({ RATE_LIMIT: 'on' });
    const [id, other] = [await newMonitor(), await newMonitor()];
    for (let i = 0; i < 10; i += 1)
      expect((await ada.api.post(`/v1/monitors/${id}/checks`)).status).toBe(200);
    const refused = await ada.api.post(`/v1/monitors/${id}/checks`);
    expectProblem(refused, RateLimited, { retryAfter: expect.any(Number) });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ada.api.post(`/v1/monitors/${other}/checks`)).status).toBe(200);
  });
});
