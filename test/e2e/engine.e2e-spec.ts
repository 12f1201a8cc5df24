import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import { bad, good } from '../fake-prober.js';
import type { Person } from '../given.js';
import { MINUTE } from '../test-clock.js';

const URL = 'https://api.example.com/health';

let app: TestApp;
let ada: Person;

beforeEach(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
});
afterEach(() => app.stop());

async function newMonitor(more: object = {}): Promise<string> {
  const { body, text } = await ada.api.post('/v1/monitors', { name: 'API', url: URL, ...more });
  if (!body.id) throw new Error(text);
  return body.id;
}

const monitor = async (id: string) => (await ada.api.get(`/v1/monitors/${id}`)).body;
const checksOf = async (id: string, query = '') =>
  (await ada.api.get(`/v1/monitors/${id}/checks?limit=200${query}`)).body.data;

/** Lets `minutes` go by, with every check that comes due in them. */
async function pass(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    app.clock.advance(MINUTE);
    await app.check();
  }
}

describe('an active monitor', () => {
  it('is checked as soon as it is there', async () => {
    const id = await newMonitor();
    await app.check();
    const [check] = await checksOf(id);
    expect(check).toMatchObject({ ok: true, verdict: 'ok', trigger: 'scheduled', statusCode: 200 });
    expect(await monitor(id)).toMatchObject({ status: 'up', lastCheckedAt: check.at, lastError: null });
  });

  it('is then checked every interval, on one grid', async () => {
    const id = await newMonitor();
    await app.check();
    await pass(5);
    const [, ...slots] = (await checksOf(id))
      .map(({ dueAt }: { dueAt: string }) => Date.parse(dueAt))
      .toReversed();
    expect(slots).toHaveLength(5);
    expect(new Set(slots.map((slot: number) => slot % MINUTE)).size).toBe(1);
    expect(new Set(slots).size).toBe(5);
  });

  it('tells when it is checked next, and is checked then', async () => {
    const id = await newMonitor();
    await app.check();
    const { nextCheckAt } = await monitor(id);
    await pass(1);
    const [check] = await checksOf(id);
    expect(check.dueAt).toBe(nextCheckAt);
  });

  it('is down after a bad check, says why, and is up again after a good one', async () => {
    const id = await newMonitor();
    app.prober.answer(URL, bad);
    await app.check();
    expect(await monitor(id)).toMatchObject({ status: 'down', lastError: 'unexpected-status' });
    app.prober.answer(URL, good);
    await pass(1);
    expect(await monitor(id)).toMatchObject({ status: 'up', lastError: null });
  });

  it('that was checked while the program was not there is checked once, and the rest counts as skipped', async () => {
    const id = await newMonitor();
    await app.check();
    app.clock.advance(10 * MINUTE);
    await app.check();
    await app.check();
    expect(await checksOf(id)).toHaveLength(2);
    const { body } = await ada.api.get(`/v1/monitors/${id}/uptime`);
    expect(body['24h'].checks).toMatchObject({ ok: 2, skipped: 9 });
  });

  it('is left as it is by a check from which nothing can be concluded', async () => {
    const id = await newMonitor();
    await app.check();
    app.prober.answer(URL, { ...bad, statusCode: null, error: 'timeout', isInternalError: true });
    await pass(1);
    expect(await monitor(id)).toMatchObject({ status: 'up' });
    expect((await checksOf(id))[0]).toMatchObject({ ok: false, verdict: 'inconclusive', error: 'timeout' });
  });

  it('goes on being checked after the clock was set back an hour, without a burst', async () => {
    const id = await newMonitor();
    await app.check();
    await pass(2);
    app.clock.advance(-60 * MINUTE);
    await app.check();
    await pass(3);
    const count = (await checksOf(id)).length;
    expect(count).toBeGreaterThanOrEqual(5);
    expect(count).toBeLessThanOrEqual(7);
  });
});

describe('a change', () => {
  it('of the target has it checked at once', async () => {
    const id = await newMonitor();
    await app.check();
    const url = 'https://api.example.com/other';
    await ada.api.patch(`/v1/monitors/${id}`, { url });
    await app.check();
    expect(app.prober.probes.map((probe) => probe.url)).toEqual([URL, url]);
  });

  it('of the name does not', async () => {
    const id = await newMonitor();
    await app.check();
    await ada.api.patch(`/v1/monitors/${id}`, { name: 'Other' });
    await app.check();
    expect(app.prober.probes).toHaveLength(1);
  });

  it('of the interval takes effect with the next check', async () => {
    const id = await newMonitor({ intervalSeconds: 3600 });
    await app.check();
    await ada.api.patch(`/v1/monitors/${id}`, { intervalSeconds: 60 });
    await app.check();
    await pass(3);
    expect((await checksOf(id)).length).toBeGreaterThanOrEqual(4);
  });

  it('to paused ends the checks, and to resumed has one made at once', async () => {
    const id = await newMonitor();
    await app.check();
    await ada.api.post(`/v1/monitors/${id}/pause`);
    await pass(3);
    expect(await checksOf(id)).toHaveLength(1);
    await ada.api.post(`/v1/monitors/${id}/resume`);
    await app.check();
    expect(await checksOf(id)).toHaveLength(2);
    expect(await monitor(id)).toMatchObject({ status: 'up' });
  });

  it('to paused is no gap in what was expected', async () => {
    const id = await newMonitor();
    await app.check();
    await ada.api.post(`/v1/monitors/${id}/pause`);
    await app.check();
    await pass(10);
    await ada.api.post(`/v1/monitors/${id}/resume`);
    await app.check();
    const { body } = await ada.api.get(`/v1/monitors/${id}/uptime`);
    expect(body['24h']).toMatchObject({ coverage: 100, checks: { skipped: 0 } });
  });

  it('that deletes it ends the checks and hides its history', async () => {
    const id = await newMonitor();
    await app.check();
    await ada.api.delete(`/v1/monitors/${id}`);
    await pass(2);
    expect(app.prober.probes).toHaveLength(1);
    expect((await ada.api.get(`/v1/monitors/${id}/checks`)).status).toBe(404);
  });

  it('of the plan to a smaller one slows its checks down', async () => {
    const id = await newMonitor({ intervalSeconds: 5, timeoutSeconds: 5 });
    await app.check();
    await app.given.onPlan(ada.teamId, 'starter');
    await app.check();
    const before = (await checksOf(id)).length;
    for (let i = 0; i < 10; i += 1) {
      app.clock.advance(5_000);
      await app.check();
    }
    expect((await checksOf(id)).length - before).toBeLessThanOrEqual(1);
  });
});

describe('what is sent', () => {
  it('has the stored credentials and header values in the open', async () => {
    await newMonitor({
      headers: [{ name: 'X-Tenant', value: 'acme-secret' }],
      auth: { type: 'basic', username: 'ada', password: 'engine' },
    });
    await app.check();
    const credentials = Buffer.from('ada:engine').toString('base64');
    expect(app.prober.probes[0]!.headers).toEqual([
      ['X-Tenant', 'acme-secret'],
      ['Authorization', `Basic ${credentials}`],
    ]);
  });
});
