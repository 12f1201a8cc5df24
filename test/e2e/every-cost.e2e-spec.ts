import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RE2JS } from 're2js';
import { BODY_LIMIT, MAX_PIECES } from '../../src/http/incoming-body.js';
import { TestApp } from '../app.js';
import type { HttpClient } from '../http-client.js';
import { placesOf, withValue } from '../members.js';
import { fill, operations } from '../operations.js';
import { callOf, requestFor } from '../perform.js';
import { newScene, type Scene } from '../scene.js';
import { Sender, type Sent } from '../sender.js';

/**
 * Every member of the API document is filled with as much as a request holds: one that is added is tested by being
 * there. What is measured is for how long the event loop is held: no longer than it is active, which a busy machine
 * lengthens, and no longer than the processor works, which collecting garbage in other threads does; of both, and of
 * a few runs, the shortest. And how much of what was sent was normalised or compiled at all. The client is another
 * process.
 */
let app: TestApp;
let scene: Scene;
let sender: Sender;
beforeAll(async () => {
  app = await TestApp.start();
  scene = await newScene(app);
  sender = new Sender();
});
afterAll(async () => {
  await sender.stop();
  await app.stop();
});

const SIZE = 240_000;
/** What an idle machine does within 50 takes one that runs other tests beside half as long again. */
const ALLOWED_MS = 75;
const RUNS = 10;

/** Text of all that a member may hold at most, four times over, and some room. */
const MAX_NORMALISED = 20_000;
const MAX_COMPILED = 20;

const list = (entry: (i: number) => unknown): unknown[] => {
  const entries: unknown[] = [];
  for (let size = 0, i = 0; size < SIZE; i += 1) {
    entries.push(entry(i));
    size += JSON.stringify(entries[i]).length + 1;
  }
  return entries;
};
const repeated = (text: string): string => text.repeat(Math.floor(SIZE / Buffer.byteLength(text)));
/** Repetitions, sets of characters by name, and ranges without regard to case. */
const patterns = ['x{1000}'.repeat(142), `(?i)${'\\PL'.repeat(300)}`, '(?i)[B-\\x{1E942}]'.repeat(50)];
const pattern = (value: string) => ({ type: 'body', operator: 'matches', value });

const floods: ReadonlyArray<readonly [what: string, value: unknown]> = [
  ['combining marks', '\u0300'.repeat(SIZE / 4) + '\u0316'.repeat(SIZE / 4)],
  ['marks that become two each', repeated('\u0344')],
  ['one letter', repeated('x')],
  ['blanks', ` ${repeated(' ')}x`],
  ['what begins addresses and URLs', repeated('@.http://')],
  ['different texts', list((i) => `m${i}`)],
  ['lists and objects', list(() => [{}])],
  ['20 patterns', Array.from({ length: 20 }, (_, i) => pattern(patterns[i % patterns.length]!))],
];

let normalised: number;
let compiled: number;
beforeEach(() => {
  const { normalize } = String.prototype;
  const { compile } = RE2JS;
  jest.spyOn(String.prototype, 'normalize').mockImplementation(function (this: string, form) {
    normalised += this.length;
    return normalize.call(this, form);
  });
  jest.spyOn(RE2JS, 'compile').mockImplementation((text, flags) => {
    compiled += 1;
    return compile.call(RE2JS, text, flags);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** For how long one request and its answer hold the event loop at most, in milliseconds; the least of a few runs where it is too much. */
async function costOf(request: Sent): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < RUNS && least > ALLOWED_MS; run += 1) {
    [normalised, compiled] = [0, 0];
    const [cpu, loop] = [process.cpuUsage(), performance.eventLoopUtilization()];
    const status = await sender.send(request);
    const { user, system } = process.cpuUsage(cpu);
    const { active } = performance.eventLoopUtilization(loop);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(normalised).toBeLessThanOrEqual(MAX_NORMALISED);
    expect(compiled).toBeLessThanOrEqual(MAX_COMPILED);
    least = Math.min(least, active, (user + system) / 1_000);
  }
  return least;
}

const callerOf = (operation: (typeof operations)[number]): HttpClient =>
  callOf(operation).as?.(scene) ?? scene.owner.api;

const withBody = operations.filter(({ body }) => body !== null);

describe.each(withBody)('$method $path', (operation) => {
  it('refuses each member that is as large as a request can be without working on it', async () => {
    const { path, body } = requestFor(operation, scene);
    const url = fill(operation.path, path);
    const api = callerOf(operation);
    for (const [what, value] of floods)
      for (const place of placesOf(operation)) {
        const text = JSON.stringify(withValue(body, place, value));
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BODY_LIMIT);
        const cost = await costOf({ api, method: operation.method, path: url, text });
        expect({ what, place, cost: Math.min(cost, ALLOWED_MS) }).toEqual({ what, place, cost });
      }
  }, 120_000);
});

const chunk = (text: string, extension = ''): string =>
  `${text.length.toString(16)}${extension}\r\n${text}\r\n`;
const END = '0\r\n\r\n';
const spellings: ReadonlyArray<readonly [what: string, chunks: string]> = [
  ['one-byte chunks, as much as a body may have', chunk(' ').repeat(BODY_LIMIT) + END],
  ['one-byte chunks, as many as are taken', chunk(' ').repeat(MAX_PIECES) + END],
  ['chunks with a lot around them', chunk(' ', `;x=${'x'.repeat(15_000)}`).repeat(60) + END],
  ['chunk sizes of many digits', `${'0'.repeat(1_000_000)}1\r\n \r\n${END}`],
  ['trailers', `${chunk(' ')}0\r\n${'X: y\r\n'.repeat(2_000)}\r\n`],
];

describe.each(withBody)('$method $path', (operation) => {
  it.each(spellings)('costs no more with %s', async (_, chunks) => {
    const url = fill(operation.path, requestFor(operation, scene).path);
    const request = { api: callerOf(operation), method: operation.method, path: url, text: undefined };
    expect(await costOf({ ...request, chunks })).toBeLessThanOrEqual(ALLOWED_MS);
  });
});

const ROOM_IN_HEAD = 12_000;
const inUrl = [
  '\u0300\u0316'.repeat(ROOM_IN_HEAD / 12),
  'x'.repeat(ROOM_IN_HEAD),
  '@.'.repeat(ROOM_IN_HEAD / 6),
];
const withParameters = operations.filter(({ parameters }) => parameters.length > 0);

describe.each(withParameters)('$method $path', (operation) => {
  it('answers each parameter that is as large as a request can be without working on it', async () => {
    const { path, query, body } = requestFor(operation, scene);
    const api = callerOf(operation);
    for (const { name, in: place } of operation.parameters)
      for (const value of inUrl) {
        const url = fill(operation.path, place === 'path' ? { ...path, [name]: value } : path);
        const search = new URLSearchParams(place === 'query' ? { ...query, [name]: value } : query);
        const text = body && JSON.stringify(body);
        const cost = await costOf({ api, method: operation.method, path: `${url}?${search}`, text });
        expect({ name, cost: Math.min(cost, ALLOWED_MS) }).toEqual({ name, cost });
      }
  });
});

describe('any request', () => {
  it.each([
    'if-match',
    'if-none-match',
    'accept',
    'request-id',
    'idempotency-key',
    'user-agent',
    'x-forwarded-for',
  ])('costs no more with as much as fits in %s', async (name) => {
    for (const part of [',', '"x",', 'a;q=1,', ' ', 'W/', '1.2.3.4,']) {
      const value = `x${part.repeat(Math.floor(ROOM_IN_HEAD / part.length))}x`;
      const api = scene.owner.api.with({ [name]: value });
      const cost = await costOf({ api, method: 'PATCH', path: '/v1/team', text: '{"noSuchMember":1}' });
      expect(cost).toBeLessThanOrEqual(ALLOWED_MS);
    }
  });
});
