import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import { bad } from '../fake-prober.js';

const URL = 'https://api.example.com/health';

let app: TestApp;

beforeEach(async () => {
  app = await TestApp.start();
});
afterEach(() => app.stop());

/** The value of a series as Prometheus reads it. */
async function valueOf(series: string): Promise<number> {
  const text = await (await fetch(`${app.origin}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`There is no ${series}`);
  return Number(line.slice(series.length));
}

describe('GET /metrics', () => {
  it('calls only counters by a name that ends in _total, and every counter so', async () => {
    const text = await (await fetch(`${app.origin}/metrics`)).text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name, type }));
    expect(types.length).toBeGreaterThan(20);
    const misnamed = types.filter(({ name, type }) => name!.endsWith('_total') !== (type === 'counter'));
    expect(misnamed).toEqual([]);
  });

  it('counts checks by verdict, and measures how late they are and how long storing them takes', async () => {
    const ada = await app.given.owner();
    await ada.api.post('/v1/monitors', { name: 'API', url: URL });
    await app.check();
    expect(await valueOf('pulse_checks_total{verdict="ok",trigger="scheduled"}')).toBe(1);
    expect(await valueOf('pulse_check_lag_seconds_count')).toBe(1);
    expect(await valueOf('pulse_check_flush_seconds_count')).toBe(1);
    expect(await valueOf('pulse_monitors_watched')).toBe(1);
    expect(await valueOf('pulse_checks_in_flight')).toBe(0);
    expect(await valueOf('pulse_checks_skipped_total')).toBe(0);
  });

  it('counts incidents that checks open and end', async () => {
    const ada = await app.given.owner();
    await ada.api.post('/v1/monitors', { name: 'API', url: URL });
    app.prober.answer(URL, bad);
    await app.check();
    expect(await valueOf('pulse_incidents_opened_total')).toBe(1);
    app.prober.answer(URL, { ...bad, ok: true, error: null, detail: null, statusCode: 200 });
    for (let i = 0; i < 2; i += 1) {
      app.clock.advance(60_000);
      await app.check();
    }
    expect(await valueOf('pulse_incidents_recovered_total')).toBe(1);
  });

  it('tells for how long a message has waited to be sent', async () => {
    const ada = await app.given.owner();
    await ada.api.post('/v1/monitors', { name: 'API', url: URL });
    app.prober.answer(URL, bad);
    await app.check();
    app.clock.advance(30_000);
    expect(await valueOf('pulse_delivery_overdue_seconds')).toBeGreaterThanOrEqual(30);
  });
});
