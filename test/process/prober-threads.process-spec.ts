import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Finding, Probe } from '../../src/checks/probe.js';
import type { ThreadProber as ThreadProberType } from '../../src/checks/prober/pool.js';
import { eventually } from '../eventually.js';

const built: string = '../../dist/checks/prober/pool.js';
const { ThreadProber } = (await import(built)) as { ThreadProber: typeof ThreadProberType };

const FRAGILE = new URL('./fragile-worker.js', import.meta.url);
const policy = { allow: ['127.0.0.0/8'], ownPorts: [], services: [] };
const lost = { ok: false, isOwnTrouble: true, statusCode: null };

describe('checks in worker threads', () => {
  let server: Server;
  let origin: string;
  let prober: ThreadProberType;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = createServer(({ url }, response) => {
      if (url !== '/silent') response.end(`You asked for ${url}.`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  afterEach(async () => {
    jest.useRealTimers();
    await prober.close();
  });

  function start(threads: number, program?: URL): void {
    prober = new ThreadProber(threads, { policy, dnsServers: [] }, program);
  }

  const check = (path: string, given: Partial<Probe> = {}): Promise<Finding> =>
    prober.probe({
      url: origin + path,
      method: 'GET',
      headers: [],
      body: null,
      timeoutMs: 20_000,
      expectedStatus: 200,
      verifyTls: true,
      followRedirects: true,
      assertions: [],
      ...given,
    });

  const isUpAgain = () => eventually(async () => (await check('/')).ok);

  it('answers each of a thousand checks with the finding of its own', async () => {
    start(2);
    const findings: Finding[] = [];
    let next = 0;
    const checkOnAndOn = async () => {
      for (let at = next++; at < 1_000; at = next++) {
        const value = `You asked for /${at}.`;
        findings.push(await check(`/${at}`, { assertions: [{ type: 'body', operator: 'contains', value }] }));
      }
    };
    await Promise.all(Array.from({ length: 50 }, checkOnAndOn));
    expect(findings).toHaveLength(1_000);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(prober.inFlight).toBe(0);
  });

  it('spreads checks over its threads', async () => {
    start(2, FRAGILE);
    const waiting = [check('/silent', { timeoutMs: 1_000 }), check('/throw')];
    const findings = await Promise.all(waiting);
    expect(findings.map(({ error, isOwnTrouble }) => [error, isOwnTrouble])).toEqual([
      ['timeout', false],
      ['connection-reset', true],
    ]);
  });

  it('counts what is in flight', async () => {
    start(2);
    const waiting = [check('/silent'), check('/silent'), check('/silent')];
    expect(prober.inFlight).toBe(3);
    await prober.close();
    await Promise.all(waiting);
    expect(prober.inFlight).toBe(0);
  });

  it('answers when it is closed what is in flight, and what comes later, as trouble of its own', async () => {
    start(2);
    const waiting = [check('/silent'), check('/silent')];
    await check('/');
    await prober.close();
    expect(await Promise.all([...waiting, check('/')])).toMatchObject([lost, lost, lost]);
  });

  it.each(['/throw', '/exit', '/out-of-memory'])(
    'replaces a thread that ends at %s, and answers what was in it as trouble of its own',
    async (end) => {
      start(1, FRAGILE);
      await check('/');
      expect(await Promise.all([check('/silent'), check(end)])).toMatchObject([lost, lost]);
      expect(prober.inFlight).toBe(0);
      await isUpAgain();
    },
  );

  it('replaces a thread that hangs, and tells meanwhile how late it is', async () => {
    jest.useFakeTimers({
      doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance', 'nextTick'],
    });
    start(1, FRAGILE);
    await check('/');
    const stuck = check('/stuck');
    await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(10_000);
    expect(prober.delayMs()).toBe(9_000);
    jest.advanceTimersByTime(6_000);
    expect(await stuck).toMatchObject(lost);
    await isUpAgain();
  });

  it('goes by the policy that it was told last, in new threads too', async () => {
    start(1, FRAGILE);
    prober.setPolicy({ ...policy, ownPorts: [Number(new URL(origin).port)] });
    expect((await check('/')).error).toBe('address-not-allowed');
    await check('/exit');
    await eventually(async () => !(await check('/')).isOwnTrouble);
    expect((await check('/')).error).toBe('address-not-allowed');
  });
});
