import type { ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  checkErrors,
  type ProbeResult,
  type ProbeRequest,
  type Prober,
} from '../../src/checks/result/probe-result.js';
import type * as Pool from '../../src/checks/prober/thread-pool.prober.js';
import type * as Start from '../../src/checks/prober/start-prober.js';
import { Listeners } from '../egress/listeners.js';
import { CheckedTargets, probeOf } from '../checked-targets.js';
import { eventually } from '../eventually.js';

const built: string = '../../dist/checks/prober';
const { ThreadPoolProber } = (await import(`${built}/thread-pool.prober.js`)) as typeof Pool;
const { startProber } = (await import(`${built}/start-prober.js`)) as typeof Start;

const FRAGILE = new URL('./fragile-worker.js', import.meta.url);
const lost = { ok: false, isInternalError: true, statusCode: null };

describe('checks in worker threads', () => {
  let targets: CheckedTargets;
  let prober: Prober;
  const listeners = new Listeners();

  beforeAll(async () => {
    Logger.overrideLogger(false);
    targets = await CheckedTargets.start();
  });
  afterAll(() => targets.close());
  afterEach(async () => {
    jest.useRealTimers();
    await prober.close();
    listeners.close();
  });

  function start(threads: number, program?: URL): void {
    prober = new ThreadPoolProber(threads, targets.setup, program);
  }

  const check = (path: string, given: Partial<ProbeRequest> = {}): Promise<ProbeResult> =>
    prober.probe(probeOf(targets.url(path), given));

  const isUpAgain = () => eventually(async () => (await check('/')).ok);

  it.each([null, 2])('are made where %s threads are asked for', async (threads) => {
    prober = startProber(threads, targets.setup);
    expect(prober).toBeInstanceOf(ThreadPoolProber);
    expect((await check('/')).ok).toBe(true);
  });

  it('answers each of a thousand checks with the finding of its own', async () => {
    start(2);
    const findings: ProbeResult[] = [];
    let next = 0;
    const checkOnAndOn = async () => {
      for (let at = next++; at < 1_000; at = next++) {
        const value = `You asked for /${at} with nothing.`;
        findings.push(await check(`/${at}`, { assertions: [{ type: 'body', operator: 'contains', value }] }));
      }
    };
    await Promise.all(Array.from({ length: 50 }, checkOnAndOn));
    expect(findings).toHaveLength(1_000);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(prober.inFlight).toBe(0);
  });

  it('finds each error', async () => {
    start(2);
    const findings = await Promise.all(checkErrors.map((error) => prober.probe(targets.failing[error])));
    expect(findings.map(({ error }) => error)).toEqual([...checkErrors]);
  });

  it('spreads checks over its threads', async () => {
    start(2, FRAGILE);
    const waiting = [check('/silent', { timeoutMs: 1_000 }), check('/throw')];
    const findings = await Promise.all(waiting);
    expect(findings.map(({ error }) => error)).toEqual(['timeout', 'connection-reset']);
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

  const ENDED = {
    ok: false,
    isInternalError: true,
    statusCode: null,
    detail: expect.stringMatching(/^This check ended the thread that made it, alone in it/),
  };

  /** A server that answers nobody until it is released, but for those who ask again. */
  async function holding() {
    const asked = new Map<string, number>();
    const held: ServerResponse[] = [];
    const { port } = await listeners.http(({ url }, response) => {
      asked.set(url!, (asked.get(url!) ?? 0) + 1);
      if (asked.get(url!)! > 1) response.end('again');
      else held.push(response);
    });
    return {
      asked,
      release: () => held.forEach((response) => response.end('once')),
      check: (path: string) => prober.probe(probeOf(`http://127.0.0.1:${port}${path}`)),
    };
  }

  it.each(['/throw', '/exit', '/out-of-memory'])(
    'makes again what was in a thread that ends at %s, apart from the check that ended it',
    async (end) => {
      start(1, FRAGILE);
      const server = await holding();
      const innocent = ['/a', '/b', '/c', '/d'].map(server.check);
      await eventually(async () => server.asked.size === innocent.length);
      const culprit = check(end);
      for (const probe of await Promise.all(innocent)) expect(probe).toMatchObject({ ok: true });
      expect([...server.asked.values()]).toEqual([2, 2, 2, 2]);
      expect(await culprit).toMatchObject(ENDED);
      expect(prober.inFlight).toBe(0);
    },
  );

  it('lets a check that has ended a thread take no others along from then on, until it is another', async () => {
    start(1, FRAGILE);
    await check('/');
    expect(await check('/throw')).toMatchObject(ENDED);
    await isUpAgain();
    const server = await holding();
    const innocent = ['/a', '/b'].map(server.check);
    await eventually(async () => server.asked.size === innocent.length);
    expect(await Promise.all([check('/throw'), check('/throw')])).toMatchObject([ENDED, ENDED]);
    server.release();
    for (const finding of await Promise.all(innocent)) expect(finding).toMatchObject({ ok: true });
    expect([...server.asked.values()]).toEqual([1, 1]);
  });

  it('finds the check that ends threads where it is not the one that seems to', async () => {
    start(1, FRAGILE);
    // Of what is begun in one turn the last one seems to be at work.
    const findings = await Promise.all([check('/throw'), check('/a'), check('/b')]);
    expect(findings).toMatchObject([ENDED, { ok: true }, { ok: true }]);
  });

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
    let found: ProbeResult | null = null;
    void stuck.then((finding) => (found = finding));
    // Alone in a thread of its own it hangs once more.
    await eventually(async () => {
      jest.advanceTimersByTime(2_000);
      return found !== null;
    });
    expect(found).toMatchObject(ENDED);
    await isUpAgain();
  });

  it('goes by the policy that it was told last, in new threads too', async () => {
    start(1, FRAGILE);
    prober.setPolicy({ ...targets.setup.policy, ownPorts: [targets.echo.port] });
    expect((await check('/')).error).toBe('address-not-allowed');
    await check('/exit');
    await eventually(async () => !(await check('/')).isInternalError);
    expect((await check('/')).error).toBe('address-not-allowed');
  });
});
