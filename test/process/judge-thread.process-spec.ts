import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Assertion } from '../../src/monitors/assertions.js';
import type { ProbeResult, ProbeRequest, Prober } from '../../src/checks/result/probe-result.js';
import type * as JudgeModule from '../../src/checks/prober/evaluator-thread.js';
import type * as Start from '../../src/checks/prober/start-prober.js';
import type { HttpExchange } from '../../src/egress/exchange.js';
import { CheckedTargets, probeOf } from '../checked-targets.js';
import { Listeners } from '../egress/listeners.js';

const built: string = '../../dist/checks/prober';
const { EvaluatorThread } = (await import(`${built}/evaluator-thread.js`)) as typeof JudgeModule;
const { startProber } = (await import(`${built}/start-prober.js`)) as typeof Start;

const FRAGILE = new URL('./fragile-judge.js', import.meta.url);

const matches = (value: string): Assertion => ({ type: 'body', operator: 'matches', value });

describe('judging in a thread of its own', () => {
  let troubles: unknown[];
  let judges: InstanceType<typeof EvaluatorThread>;
  let answered: string[];

  beforeEach(() => {
    troubles = [];
    answered = [];
    judges = new EvaluatorThread(FRAGILE, (trouble) => troubles.push(trouble));
  });
  afterEach(() => judges.close());

  const exchange = (body: string): HttpExchange => ({
    response: { statusCode: 200, headers: {}, isCut: false, body: Buffer.from(body) },
    failure: null,
    detail: null,
    isInternalError: false,
    phases: { dns: 1, connect: 2, tls: null, firstByte: 3, total: 4 },
    address: '192.0.2.1',
    certificate: null,
    bodyBytes: Buffer.byteLength(body),
  });

  async function judge(
    path: string,
    given: Partial<ProbeRequest> = {},
    body = 'well and good',
  ): Promise<ProbeResult> {
    const probe = probeOf(`https://example.com${path}`, { assertions: [matches('^well')], ...given });
    const finding = await judges.judge({ probe, exchange: exchange(body), stalledMs: 0 });
    answered.push(path);
    return finding;
  }

  it('finds what there is to find', async () => {
    expect(await judge('/')).toMatchObject({ ok: true, statusCode: 200, bodyBytes: 13 });
    expect(await judge('/', {}, 'not at all')).toMatchObject({
      ok: false,
      error: 'assertion-failed',
      excerpt: 'not at all',
    });
  });

  it('judges one of each team in turn, however many another has', async () => {
    const many = Array.from({ length: 5 }, (_, i) => judge(`/many/${i}`));
    const other = judge('/other', { teamId: 'team_2' });
    await Promise.all([...many, other]);
    expect(answered.indexOf('/other')).toBeLessThanOrEqual(2);
    expect(answered.filter((path) => path !== '/other')).toEqual([0, 1, 2, 3, 4].map((i) => `/many/${i}`));
  });

  it.each(['/out-of-memory', '/exit'])(
    'answers what ends it at %s as what cannot be judged, and goes on with the others',
    async (end) => {
      const findings = await Promise.all([judge(end), judge('/'), judge('/', { teamId: 'team_2' })]);
      expect(findings).toMatchObject([
        {
          ok: false,
          error: 'assertion-failed',
          isInternalError: false,
          detail: expect.stringMatching(
            /^The assertions could not be evaluated in the memory .* has 13 bytes/,
          ),
        },
        { ok: true },
        { ok: true },
      ]);
      expect(troubles).toHaveLength(end === '/exit' ? 0 : 1);
    },
  );

  it('answers when it is closed what waits, and what comes later, as trouble of this process', async () => {
    const waiting = [judge('/'), judge('/')];
    await turn();
    await judges.close();
    expect(await Promise.all([...waiting, judge('/')])).toMatchObject(
      Array.from({ length: 3 }, () => ({ ok: false, isInternalError: true })),
    );
  });
});

describe('checks that take long to judge', () => {
  const listeners = new Listeners();
  let targets: CheckedTargets;
  let prober: Prober;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    targets = await CheckedTargets.start();
    prober = startProber(1, targets.setup);
  });
  afterAll(async () => {
    await prober.close();
    listeners.close();
    targets.close();
  });

  it('hold up none of another team, of which one waits for one of them', async () => {
    const coins = Array.from({ length: 2 ** 20 }, (_, i) => (Math.imul(i, i + 7) >>> 13) & 1);
    const body = coins.map((each) => 'ab'[each]).join('');
    const { port } = await listeners.http((_, response) => response.end(body));
    const slow = { assertions: [matches('a.{900}[cd]')] };
    let judged = 0;
    const many = Array.from({ length: 8 }, async () => {
      await prober.probe(probeOf(`http://127.0.0.1:${port}/`, slow));
      judged += 1;
    });
    // Once one of them is answered the others are there to be judged.
    await Promise.race(many);

    const quick = probeOf(targets.url('/'), { teamId: 'team_2' });
    expect(await prober.probe(quick)).toMatchObject({ ok: true });
    expect(judged).toBeLessThan(4);
    const careful = { ...quick, assertions: [matches('^You asked for /')] };
    expect(await prober.probe(careful)).toMatchObject({ ok: true });
    expect(judged).toBeLessThan(8);
    await Promise.all(many);
  });
});
