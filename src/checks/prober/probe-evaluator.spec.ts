import { describe, expect, it } from '@jest/globals';
import type { HttpExchange, InboundResponse } from '../../egress/exchange.js';
import type { Assertion } from '../../monitors/assertions.js';
import type { ProbeRequest } from '../result/probe-result.js';
import { evaluateProbe } from './probe-evaluator.js';
import { RegexCache } from './regex-cache.js';

const plainProbe: ProbeRequest = {
  teamId: 'team_1',
  url: 'https://example.com/',
  method: 'GET',
  headers: [],
  body: null,
  timeoutMs: 5_000,
  expectedStatus: 200,
  verifyTls: true,
  followRedirects: true,
  strictHttp: false,
  assertions: [],
};

const silence: HttpExchange = {
  response: null,
  failure: 'timeout',
  detail: 'Nothing came.',
  isInternalError: false,
  phases: { dns: 1, connect: 2, tls: null, firstByte: null, total: 5_000_000 },
  address: '192.0.2.1',
  certificate: null,
  bodyBytes: 0,
};

type Answer = Partial<Omit<InboundResponse, 'body'>> & { body?: string | Buffer; total?: number };

const answered = ({ body = '', total = 1_500, ...response }: Answer): HttpExchange => ({
  response: { statusCode: 200, headers: {}, isCut: false, ...response, body: Buffer.from(body as string) },
  failure: null,
  detail: null,
  isInternalError: false,
  phases: { dns: 100, connect: 200, tls: 300, firstByte: 400, total },
  address: '192.0.2.1',
  certificate: { expiresAt: 1_900_000_000_000, subject: 'CN=example.com', issuer: 'CN=Test' },
  bodyBytes: Buffer.byteLength(body),
});

const judged = (answer: Answer, ...assertions: Assertion[]) =>
  evaluateProbe({ ...plainProbe, assertions }, answered(answer));

const body = (operator: 'contains' | 'not-contains' | 'matches', value: string): Assertion => ({
  type: 'body',
  operator,
  value,
});
const equals = (path: string, value: string | number | boolean | null): Assertion => ({
  type: 'json',
  path,
  operator: 'equals',
  value,
});
const compare = (path: string, operator: 'greater' | 'less', value: number): Assertion => ({
  type: 'json',
  path,
  operator,
  value,
});
const exists = (path: string): Assertion => ({ type: 'json', path, operator: 'exists' });
const header = (name: string, operator: 'equals' | 'contains', value: string): Assertion => ({
  type: 'header',
  name,
  operator,
  value,
});
const below = (value: number): Assertion => ({ type: 'response-time', operator: 'below', value });

describe('judge()', () => {
  it('is content with the expected status where nothing is asserted', () => {
    expect(judged({ body: 'hello' })).toEqual({
      ok: true,
      error: null,
      detail: null,
      isInternalError: false,
      statusCode: 200,
      phases: { dns: 100, connect: 200, tls: 300, firstByte: 400, total: 1_500 },
      bodyBytes: 5,
      certificateExpiresAt: 1_900_000_000_000,
      address: '192.0.2.1',
      excerpt: null,
    });
  });

  it('passes on why there is no response', () => {
    expect(evaluateProbe(plainProbe, silence)).toEqual({
      ok: false,
      error: 'timeout',
      detail: 'Nothing came.',
      isInternalError: false,
      statusCode: null,
      phases: silence.phases,
      bodyBytes: 0,
      certificateExpiresAt: null,
      address: '192.0.2.1',
      excerpt: null,
    });
  });

  it('says of an error without a detail what it means', () => {
    const { detail } = evaluateProbe(plainProbe, { ...silence, detail: null });
    expect(detail).toBe('The response was not complete within the timeout.');
  });

  it('passes on that the trouble is this machine’s own', () => {
    expect(evaluateProbe(plainProbe, { ...silence, isInternalError: true }).isInternalError).toBe(true);
  });

  it.each(['timeout', 'connection-reset', 'dns-failed', 'tls-failed'] as const)(
    'takes %s for this machine’s trouble where its thread stood still for a tenth of the time',
    (failure) => {
      const isOwn = (stalledMs: number) =>
        evaluateProbe(plainProbe, { ...silence, failure }, stalledMs).isInternalError;
      expect([500, 501].map(isOwn)).toEqual([false, true]);
    },
  );

  it.each(['connection-refused', 'tls-expired', 'address-not-allowed', 'protocol-error'] as const)(
    'takes %s for what it is however its thread stood still',
    (failure) => {
      expect(evaluateProbe(plainProbe, { ...silence, failure }, 5_000).isInternalError).toBe(false);
    },
  );

  it('doubts the time of a response, and nothing else of it, where its thread stood still', () => {
    const isOwn = (assertion: Assertion, stalledMs: number) =>
      evaluateProbe({ ...plainProbe, assertions: [assertion] }, answered({ total: 900_000 }), stalledMs)
        .isInternalError;
    expect(isOwn(below(500), 250)).toBe(false);
    expect(isOwn(below(500), 251)).toBe(true);
    expect(isOwn(body('contains', 'x'), 251)).toBe(false);
    expect(evaluateProbe(plainProbe, answered({ statusCode: 500 }), 5_000).isInternalError).toBe(false);
  });

  it('tells of a status that was not expected, with the beginning of the body', () => {
    expect(judged({ statusCode: 503, body: 'Down for maintenance' }, body('contains', 'ok'))).toMatchObject({
      ok: false,
      error: 'unexpected-status',
      detail: 'The status is 503 and not 200.',
      statusCode: 503,
      excerpt: 'Down for maintenance',
    });
  });

  it('is content with an error that was expected', () => {
    expect(evaluateProbe({ ...plainProbe, expectedStatus: 404 }, answered({ statusCode: 404 })).ok).toBe(
      true,
    );
  });

  it('names the first assertion that does not hold', () => {
    const probe = judged({ body: 'one' }, body('contains', 'one'), body('contains', 'two'), below(1));
    expect(probe).toMatchObject({ ok: false, error: 'assertion-failed', statusCode: 200, excerpt: 'one' });
    expect(probe.detail).toBe('assertions[1]: expected the body to contain "two"; its 3 bytes do not.');
  });
});

describe('an assertion', () => {
  const json = '{"status":"ok","count":3,"half":0.5,"none":null,"on":true,"list":[1,{"id":"x"}],"big":1e400}';
  const headers = { 'content-type': 'application/json', 'x-a': 'One, two' };

  it.each<[string, Answer, Assertion]>([
    ['text in the body', { body: 'all ok' }, body('contains', 'ok')],
    ['text that is not in the body', { body: 'all ok' }, body('not-contains', 'OK')],
    ['text in no body', {}, body('not-contains', 'x')],
    ['an expression that matches within', { body: 'version 12.5 ok' }, body('matches', '\\d+\\.\\d')],
    ['an expression with anchors', { body: 'abc' }, body('matches', '^abc$')],
    ['an expression that matches nothing', {}, body('matches', '^$')],
    [
      'text of another charset',
      { body: Buffer.from([0xe9]), headers: { 'content-type': 'text/plain; charset=iso-8859-1' } },
      body('contains', 'é'),
    ],
    ['equal text', { body: json }, equals('/status', 'ok')],
    ['equal numbers, however written', { body: '{"n":1.50e1}' }, equals('/n', 15)],
    ['an equal boolean', { body: json }, equals('/on', true)],
    ['an equal null', { body: json }, equals('/none', null)],
    ['a value within lists', { body: json }, equals('/list/1/id', 'x')],
    ['the whole document', { body: '"ok"' }, equals('', 'ok')],
    ['a document behind a byte order mark', { body: '\ufeff{"a":1}' }, equals('/a', 1)],
    ['a greater number', { body: json }, compare('/count', 'greater', 2.9)],
    ['a number beyond all', { body: json }, compare('/big', 'greater', 1e308)],
    ['a smaller number', { body: json }, compare('/half', 'less', 1)],
    ['that something exists', { body: json }, exists('/list/0')],
    ['that null exists', { body: json }, exists('/none')],
    ['an equal header', { headers }, header('X-A', 'equals', 'One, two')],
    ['a header with text in it', { headers }, header('x-a', 'contains', 'two')],
    ['an empty header', { headers: { 'x-a': '' } }, header('X-A', 'equals', '')],
    ['a response in time', { total: 499_999 }, below(500)],
  ])('holds for %s', (_, answer, assertion) => {
    expect(judged(answer, assertion)).toMatchObject({ ok: true, detail: null });
  });

  const long = 'x'.repeat(1_000);

  it.each<[Answer, Assertion, string]>([
    [{ body: 'all OK' }, body('contains', 'ok'), 'expected the body to contain "ok"; its 6 bytes do not.'],
    [
      { body: 'all OK', isCut: true },
      body('contains', 'ok'),
      'expected the body to contain "ok"; the first 6 bytes, which is all that is read, do not.',
    ],
    [
      { body: 'an error' },
      body('not-contains', 'error'),
      'expected the body not to contain "error"; it does, at character 4.',
    ],
    [
      { body: 'abc' },
      body('matches', '\\d'),
      'expected the body to match /\\d/; nothing in its 3 bytes does.',
    ],
    [{ body: json }, equals('/status', 'up'), 'expected /status to equal "up"; it is "ok".'],
    [{ body: json }, equals('/status', 'OK'), 'expected /status to equal "OK"; it is "ok".'],
    [{ body: json }, equals('/count', '3'), 'expected /count to equal "3"; it is 3.'],
    [{ body: json }, equals('/on', 'true'), 'expected /on to equal "true"; it is true.'],
    [{ body: json }, equals('/list', null), 'expected /list to equal null; it is an array of 2.'],
    [{ body: json }, equals('/list/1', 0), 'expected /list/1 to equal 0; it is an object.'],
    [{ body: json }, equals('/nothing', null), 'expected /nothing to equal null; there is nothing there.'],
    [{ body: '0' }, equals('', false), 'expected the document to equal false; it is 0.'],
    [{ body: json }, compare('/count', 'greater', 3), 'expected /count to be greater than 3; it is 3.'],
    [{ body: json }, compare('/half', 'less', 0.5), 'expected /half to be less than 0.5; it is 0.5.'],
    [{ body: json }, compare('/status', 'less', 1), 'expected /status to be less than 1; it is "ok".'],
    [{ body: json }, compare('/none', 'less', 1), 'expected /none to be less than 1; it is null.'],
    [{ body: json }, exists('/list/2'), 'expected /list/2 to exist; there is nothing there.'],
    [{ body: json }, exists('/constructor'), 'expected /constructor to exist; there is nothing there.'],
    [{ body: '<html>' }, exists('/a'), 'expected /a to exist; the body is not JSON.'],
    [{ body: '' }, exists(''), 'expected the document to exist; the body is empty.'],
    [
      { body: '{"a":1}', isCut: true },
      exists('/a'),
      'expected /a to exist; the body is longer than what is read of it.',
    ],
    [
      { headers },
      header('X-A', 'equals', 'one, two'),
      'expected header X-A to equal "one, two"; it is "One, two".',
    ],
    [
      { headers },
      header('X-A', 'contains', 'three'),
      'expected header X-A to contain "three"; it is "One, two".',
    ],
    [{ headers }, header('X-B', 'equals', ''), 'expected header X-B to equal ""; the response has none.'],
    [
      { headers },
      header('Constructor', 'contains', 'f'),
      'expected header Constructor to contain "f"; the response has none.',
    ],
    [{ total: 500_000 }, below(500), 'expected the response in less than 500 ms; it took 500 ms.'],
    [{ total: 812_345 }, below(500), 'expected the response in less than 500 ms; it took 812.345 ms.'],
    [
      { body: JSON.stringify({ a: long }) },
      equals('/a', 'y'),
      `expected /a to equal "y"; it is "${'x'.repeat(149)}…".`,
    ],
    [
      { headers: { 'x-a': 'red\x1b[31m' } },
      header('X-A', 'equals', 'a\nb'),
      'expected header X-A to equal "a b"; it is "red\ufffd[31m".',
    ],
  ])('says of %j why %j does not hold', (answer, assertion, sentence) => {
    expect(judged(answer, assertion).detail).toBe(`assertions[0]: ${sentence}`);
  });

  it('never says more than 500 characters', () => {
    const { detail } = evaluateProbe(plainProbe, { ...silence, detail: 'x'.repeat(501) });
    expect(detail).toBe(`${'x'.repeat(499)}…`);
  });

  it('does not say secrets of the probe that the target says back, not even in part', () => {
    const secret = `s3cr3t-${'x'.repeat(300)}`;
    const probe: ProbeRequest = {
      ...plainProbe,
      headers: [['Authorization', `Bearer ${secret}`]],
      assertions: [equals('/token', 'none')],
    };
    const finding = evaluateProbe(probe, answered({ body: JSON.stringify({ token: `You sent ${secret}` }) }));
    expect(finding.detail).toBe(
      'assertions[0]: expected /token to equal "none"; it is "You sent [redacted]".',
    );
    expect(finding.excerpt).toBe('{"token":"You sent [redacted]"}');
  });

  it('takes a document of any depth', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(judged({ body: deep }, equals('/0', 1)).detail).toContain('it is an array of 1.');
  });
});

describe('regular expressions on a body of 1 MiB', () => {
  const coins = Buffer.from(
    Array.from({ length: 2 ** 20 }, (_, at) =>
      (Math.imul(at, at + 0x9e3779b9) >>> 13) & 1 ? 'a' : 'b',
    ).join(''),
  );

  it('are matched', () => {
    const patterns = Array.from({ length: 20 }, (_, at) => body('matches', `[ab]{${at + 1}}`));
    expect(judged({ body: coins }, ...patterns)).toMatchObject({ ok: true, detail: null });
  });

  const slow = Array.from({ length: 20 }, (_, at) => body('matches', `a.{${880 + at}}[cd]`));
  const TOO_SLOW = 'assertions[0]: could not be evaluated within 200 ms, which is for all assertions of a';

  it('are given up when they take too long: the second time, the assertion does not hold', () => {
    const began = performance.now();
    const regexes = new RegexCache();
    const probe = { ...plainProbe, assertions: slow };
    const [first, second] = [1, 2].map(() => evaluateProbe(probe, answered({ body: coins }), 0, regexes));
    // What is compiled for the first time may be what took the time.
    expect(first).toMatchObject({ ok: false, error: 'assertion-failed', isInternalError: true });
    expect(second).toMatchObject({ ok: false, error: 'assertion-failed' });
    for (const finding of [first!, second!]) expect(finding.detail).toContain(TOO_SLOW);
    // Left alone, each of the twenty would take ten seconds.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('are judged with all else in one budget, also where they take too long to compile', () => {
    const huge = body('matches', 'x{1000}'.repeat(140));
    const patterns = new RegexCache();
    const probe = { ...plainProbe, assertions: [body('contains', 'ok'), huge] };
    const began = performance.now();
    const findings = [1, 2, 3].map(() => evaluateProbe(probe, answered({ body: 'ok' }), 0, patterns));
    expect(findings[2]).toMatchObject({ ok: false, error: 'assertion-failed', isInternalError: false });
    expect(findings[2]!.detail).toContain('assertions[1]: could not be evaluated within 200 ms');
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('judging what is made to take long', () => {
  const MIB = 2 ** 20;
  const many = (assertion: Assertion) => Array.from({ length: 20 }, () => assertion);

  /** How long a processor judges, in milliseconds: the shortest of three times. */
  function timeOf(answer: Answer, probe: Partial<ProbeRequest>): number {
    const times = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage();
      evaluateProbe({ ...plainProbe, ...probe }, answered(answer));
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    return Math.min(...times);
  }

  it.each<[string, Answer, Partial<ProbeRequest>]>([
    [
      'long texts that are almost in the body',
      { body: 'a'.repeat(MIB) },
      { assertions: many(body('not-contains', `${'a'.repeat(499)}b${'a'.repeat(500)}`)) },
    ],
    [
      'a document of arrays within arrays',
      { body: '['.repeat(MIB / 2) + ']'.repeat(MIB / 2) },
      { assertions: many(exists('/0'.repeat(250))) },
    ],
    [
      'a document with very many members',
      { body: `{${Array.from({ length: 90_000 }, (_, at) => `"${at * 7919}":0`).join(',')}}` },
      { assertions: many(exists('/x')) },
    ],
    [
      'a value of 1 MiB, and many secrets',
      { body: JSON.stringify('x'.repeat(MIB - 2)) },
      {
        assertions: [equals('', 'y')],
        headers: Array.from({ length: 30 }, (_, at) => [`X-${at}`, 'x'.repeat(4_000 + at)] as const),
      },
    ],
    [
      'a header of 16 KiB that almost has them in it',
      { headers: { 'x-a': 'a'.repeat(16_000) } },
      { assertions: many(header('X-A', 'contains', `${'a'.repeat(499)}b${'a'.repeat(500)}`)) },
    ],
    [
      'a charset that takes long to decode',
      { body: Buffer.alloc(MIB, '\x1b$B'), headers: { 'content-type': 'text/plain; charset=iso-2022-jp' } },
      { assertions: many(body('not-contains', 'open sesame')) },
    ],
  ])('ends in time with %s', (_, answer, probe) => {
    expect(timeOf(answer, probe)).toBeLessThan(250);
  });
});
