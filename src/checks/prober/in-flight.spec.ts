import { describe, expect, it } from '@jest/globals';
import { InFlight, abortedProbe } from './in-flight.js';

const one = abortedProbe('One.');
const other = abortedProbe('Other.');

describe('InFlight', () => {
  it('gives each check the finding of its own', async () => {
    const checks = new InFlight();
    const [a, b] = [checks.start(), checks.start()];
    checks.settle(b.id, other);
    checks.settle(a.id, one);
    expect(await Promise.all([a.finding, b.finding])).toEqual([one, other]);
  });

  it('counts what is not answered', () => {
    const checks = new InFlight();
    const { id } = checks.start();
    checks.start();
    checks.settle(id, one);
    expect(checks.size).toBe(1);
  });

  it('answers all that is left alike', async () => {
    const checks = new InFlight();
    const [a, b, c] = [checks.start(), checks.start(), checks.start()];
    checks.settle(a.id, one);
    checks.settleAll(() => other);
    expect(await Promise.all([a.finding, b.finding, c.finding])).toEqual([one, other, other]);
    expect(checks.size).toBe(0);
  });

  it('leaves an answer as it is', async () => {
    const checks = new InFlight();
    const { id, finding } = checks.start();
    checks.settleAll(() => one);
    checks.settle(id, other);
    expect(await finding).toBe(one);
  });
});
