import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CheckEngine } from '../../src/checks/worker/check-engine.js';
import type { ProbeResult } from '../../src/checks/result/probe-result.js';
import { MassFailureGuard } from '../../src/checks/scheduler/mass-failure-guard.js';
import { BlindEpisodes } from '../../src/sight/blind-episodes.js';
import { BlindEpisodesRepository } from '../../src/sight/blind-episodes.repository.js';
import { SightWatch } from '../../src/sight/sight-watch.js';
import { TestApp } from '../app.js';
import { good } from '../fake-prober.js';
import type { Person } from '../given.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { HOUR, MINUTE } from '../test-clock.js';

const SECOND = 1_000;
const phases = { dns: 100, connect: null, tls: null, firstByte: null, total: 2_000 };
const silent: ProbeResult = {
  ...good,
  ok: false,
  error: 'timeout',
  detail: 'The response was not complete within the timeout.',
  statusCode: null,
  phases,
};
const refused: ProbeResult = {
  ...silent,
  error: 'connection-refused',
  detail: 'The connection was refused.',
};
const unwell: ProbeResult = { ...silent, isInternalError: true };

let database: TestDatabase;
let app: TestApp;
let ada: Person;
let channelId: string;
let urls: string[];

/** How far a test has moved the time. */
let moved: number;

/** The guard goes by the monotonic clock, which no test moves, and an hour that is over in a moment is none to it. */
function moveGuard(): void {
  const { judge, lookouts } = MassFailureGuard.prototype;
  moved = 0;
  jest.spyOn(MassFailureGuard.prototype, 'judge').mockImplementation(function (
    this: MassFailureGuard,
    check,
  ) {
    const [startedAt, finishedAt] = [check.startedAt + moved, check.finishedAt + moved];
    return judge.call(this, { ...check, startedAt, finishedAt });
  });
  jest.spyOn(MassFailureGuard.prototype, 'lookouts').mockImplementation(function (
    this: MassFailureGuard,
    now,
  ) {
    return lookouts.call(this, now + moved);
  });
}

function advance(milliseconds: number): void {
  app.clock.advance(milliseconds);
  moved += milliseconds;
}

beforeEach(async () => {
  moveGuard();
  database = await newTestDatabase();
  app = await TestApp.start({ database });
  ada = await app.given.owner();
  urls = [];
  await ada.api.delete(`/v1/alert-rules/${(await first('/v1/alert-rules')).id}`);
  channelId = await newChannel('On call');
  await newRule({ channelIds: [channelId] });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await app.stop();
  await database.drop();
});

const first = async (path: string): Promise<any> => (await ada.api.get(path)).body.data[0];

async function made(path: string, body: object): Promise<string> {
  const answer = await ada.api.post(path, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.id;
}

const newChannel = (name: string): Promise<string> =>
  made('/v1/notification-channels', { name, config: { type: 'webhook', url: 'https://hooks.example.com/' } });

const newRule = (more: object): Promise<string> =>
  made('/v1/alert-rules', { name: `Rule ${Math.random()}`, condition: 'check-failed', ...more });

/** Monitors `m0`, `m1` ... of their own, which were checked once and are up. */
async function newMonitors(count: number, more: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const url = `http://m${urls.length}.example.com/`;
    ids.push(await made('/v1/monitors', { name: `M${urls.length}`, url, ...more }));
    urls.push(url);
  }
  answerAll(good);
  await turn();
  return ids;
}

/** What checks of the monitors find, each at an address of its own unless one is given. */
function answerAll(probe: ProbeResult, some: readonly string[] = urls, address?: string): void {
  for (const url of some)
    app.prober.answer(url, { ...probe, address: address ?? `93.184.216.${urls.indexOf(url)}` });
}

async function turn(): Promise<void> {
  await app.check();
  await app.get(SightWatch).turn(app.clock.now().getTime());
}

/** Lets time go by, with what comes due in it. */
async function pass(seconds: number, step = seconds < 60 ? 5 : 10): Promise<void> {
  for (let i = 0; i < seconds; i += step) {
    advance(step * SECOND);
    await turn();
  }
}

async function statuses(): Promise<Record<string, number>> {
  const { body } = await ada.api.get('/v1/monitors?limit=200');
  const counts: Record<string, number> = {};
  for (const { status } of body.data) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** What a channel was told about sight, oldest first. */
async function told(id = channelId): Promise<string[]> {
  const { body } = await ada.api.get(`/v1/notification-channels/${id}/deliveries?limit=200`);
  return body.data
    .map(({ type }: { type: string }) => type)
    .filter((type: string) => type.startsWith('monitoring.'))
    .toReversed();
}

async function metric(series: string): Promise<number> {
  const text = await (await fetch(`${app.origin}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length));
}

describe('many names on one server', () => {
  it.each([
    [12, refused],
    [20, refused],
    [12, silent],
    [20, silent],
  ])('are all down after one check each: %p that find %p', async (count, probe) => {
    await newMonitors(count);
    answerAll(probe, urls, '127.0.0.1');
    await pass(60);
    expect(await statuses()).toEqual({ down: count });
    expect(await told()).toEqual([]);
  });
});

describe('many servers', () => {
  it('that refuse are down: somebody is there to refuse', async () => {
    await newMonitors(20);
    answerAll(refused);
    await pass(60);
    expect(await statuses()).toEqual({ down: 20 });
  });

  it('of which half are silent while others answer are down, and nobody is told that we are blind', async () => {
    await newMonitors(40);
    answerAll(silent, urls.slice(0, 20));
    await pass(120);
    expect(await statuses()).toEqual({ down: 20, up: 20 });
    expect(await told()).toEqual([]);
  });
});

describe('a server that gets no answer from anywhere', () => {
  beforeEach(async () => {
    await newMonitors(12);
    answerAll(silent);
  });

  it('shows that it knows nothing, in monitors, their list, its filter and metrics', async () => {
    await pass(180);
    expect(await statuses()).toEqual({ unknown: 12 });
    const { body } = await ada.api.get('/v1/monitors?status=unknown');
    expect(body.data).toHaveLength(12);
    expect(body.data[0]).toMatchObject({ status: 'unknown', lastError: 'timeout', active: true });
    expect((await ada.api.get(`/v1/monitors/${body.data[0].id}`)).body.status).toBe('unknown');
    expect(await metric('pulse_monitors{status="unknown"}')).toBe(12);
    expect(await metric('pulse_monitors{status="up"}')).toBe(0);
    expect(await metric('pulse_blind')).toBe(1);
    expect((await ada.api.get('/v1/incidents')).body.data.length).toBeLessThanOrEqual(9);
  });

  it('says of none that it is up for more than a minute after its first bad check', async () => {
    await pass(130);
    expect(await statuses()).not.toHaveProperty('up');
  });

  it('tells the channel of a rule once, and once when it sees again', async () => {
    await pass(300);
    expect(await told()).toEqual(['monitoring.blind']);
    answerAll(good);
    await pass(90);
    expect(await statuses()).toEqual({ up: 12 });
    expect(await told()).toEqual(['monitoring.blind', 'monitoring.restored']);
    expect(await metric('pulse_blind')).toBe(0);
  });

  it('tells each team, although another cannot be told', async () => {
    const grace = await app.given.owner();
    await grace.api.post('/v1/monitors', { name: 'Hers', url: urls[0] });
    const episodes = app.get(BlindEpisodes);
    const original = episodes.tell.bind(episodes);
    const failed = new Set<string>();
    jest.spyOn(episodes, 'tell').mockImplementation(async (team, now) => {
      if (failed.size === 0) failed.add(team.teamId);
      if (failed.has(team.teamId)) throw new Error('It cannot be told');
      await original(team, now);
    });
    await pass(180);
    const open = (await app.get(BlindEpisodesRepository).findOpen()).map(({ teamId }) => teamId);
    expect([...open, ...failed].toSorted()).toEqual([ada.teamId, grace.teamId].toSorted());
  });

  it('is right about each monitor with the next check once it sees again', async () => {
    await pass(180);
    answerAll(good, urls.slice(0, 11));
    await pass(70);
    expect(await statuses()).toEqual({ up: 11, down: 1 });
  });

  it('that is started again goes on with what was shown and told', async () => {
    await pass(180);
    const stoppedAt = app.clock.now().getTime();
    await app.get(CheckEngine).releaseLeases();
    await app.stop();
    app = await TestApp.start({ database });
    advance(stoppedAt - app.clock.now().getTime());
    ada = { ...ada, api: app.bearing(ada.token) };
    answerAll(silent);
    await pass(120);
    expect(await statuses()).toEqual({ unknown: 12 });
    expect(await told()).toEqual(['monitoring.blind']);
    answerAll(good);
    await pass(90);
    expect(await statuses()).toEqual({ up: 12 });
    expect(await told()).toEqual(['monitoring.blind', 'monitoring.restored']);
    const { id } = await first('/v1/monitors');
    expect((await ada.api.get(`/v1/monitors/${id}/uptime`)).body['24h'].coverage).toBe(100);
  });

  it('tells only channels of rules that are over a monitor, and each that comes to be', async () => {
    const [other, later] = [await newChannel('Other'), await newChannel('Later')];
    const { id } = await first('/v1/monitors');
    await newRule({ channelIds: [other], scope: 'monitors', monitorIds: [id], active: false });
    await pass(180);
    expect(await told(other)).toEqual([]);
    await newRule({ channelIds: [later, channelId], scope: 'monitors', monitorIds: [id] });
    await pass(10);
    expect([await told(), await told(later)]).toEqual([['monitoring.blind'], ['monitoring.blind']]);
  });

  const activate = (active: boolean) => ada.api.patch(`/v1/notification-channels/${channelId}`, { active });

  it('is told to a channel that was inactive when it began, and its end to one that was when it ended', async () => {
    await activate(false);
    await pass(180);
    expect(await told()).toEqual([]);
    await activate(true);
    await pass(10);
    expect(await told()).toEqual(['monitoring.blind']);
    await activate(false);
    answerAll(good);
    await pass(90);
    expect(await told()).toEqual(['monitoring.blind']);
    await activate(true);
    expect(await told()).toEqual(['monitoring.blind', 'monitoring.restored']);
    await activate(false);
    await activate(true);
    await pass(10);
    expect(await told()).toEqual(['monitoring.blind', 'monitoring.restored']);
  });

  it('is over for a channel that was inactive meanwhile with the end of the next', async () => {
    await pass(180);
    await activate(false);
    answerAll(good);
    await pass(90);
    answerAll(silent);
    await pass(180);
    await activate(true);
    await pass(10);
    expect(await told()).toEqual(['monitoring.blind']);
    answerAll(good);
    await pass(60);
    await pass(15 * 60, 60);
    expect(await told()).toEqual(['monitoring.blind', 'monitoring.restored']);
  });

  it('is over for a channel to which the word of that was waiting when it was made inactive', async () => {
    await pass(180);
    answerAll(good);
    await pass(90);
    await activate(false);
    const statusOfIt = async () => {
      const { body } = await ada.api.get(`/v1/notification-channels/${channelId}/deliveries?limit=200`);
      return body.data.find(({ type }: { type: string }) => type === 'monitoring.restored').status;
    };
    expect(await statusOfIt()).toBe('cancelled');
    await activate(true);
    expect(await statusOfIt()).toBe('pending');
  });

  it('is no news of monitors in maintenance', async () => {
    const { body } = await ada.api.get('/v1/monitors?limit=200');
    const now = app.clock.now().getTime();
    await made('/v1/maintenance-windows', {
      title: 'Network',
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + HOUR).toISOString(),
      monitorIds: body.data.map(({ id }: { id: string }) => id),
    });
    await pass(180);
    expect(await statuses()).toEqual({ unknown: 12 });
    expect(await told()).toEqual([]);
  });

  it('is over when its monitors are paused or deleted', async () => {
    await pass(180);
    const { body } = await ada.api.get('/v1/monitors?limit=200');
    for (const { id } of body.data.slice(0, 6)) await ada.api.post(`/v1/monitors/${id}/pause`);
    for (const { id } of body.data.slice(6)) await ada.api.delete(`/v1/monitors/${id}`);
    await pass(20);
    expect(await statuses()).toEqual({ paused: 6 });
    expect(await told()).toEqual(['monitoring.blind', 'monitoring.restored']);
  });

  it('that sees and is blind again by turns tells so three times in a quarter of an hour at most', async () => {
    for (let i = 0; i < 3; i += 1) {
      answerAll(silent);
      await pass(180);
      answerAll(good);
      await pass(90);
    }
    expect(await told()).toEqual(['monitoring.blind', 'monitoring.restored', 'monitoring.blind']);
    advance(15 * MINUTE);
    await turn();
    expect((await told()).at(-1)).toBe('monitoring.restored');
  });
});

describe('what channels get', () => {
  it('says since when, for how long, and of how many monitors', async () => {
    await newMonitors(12);
    answerAll(silent);
    const began = app.clock.now().getTime();
    await pass(180);
    answerAll(good);
    await pass(90);
    const rows = await app.dataSource.query(
      "SELECT payload FROM deliveries WHERE type LIKE 'monitoring.%' ORDER BY seq",
    );
    const [blind, restored] = rows.map(({ payload }: { payload: string }) => JSON.parse(payload));
    expect(blind).toMatchObject({
      type: 'monitoring.blind',
      data: {
        blindness: { endedAt: null, durationSeconds: null, activeMonitors: 12 },
        team: { id: ada.teamId },
      },
    });
    const { startedAt, unknownMonitors } = blind.data.blindness;
    expect(Date.parse(startedAt)).toBeGreaterThan(began);
    expect(unknownMonitors).toBeGreaterThan(0);
    expect(restored.data.blindness).toMatchObject({
      id: blind.data.blindness.id,
      startedAt,
      endedAt: expect.any(String),
      durationSeconds: expect.any(Number),
      unknownMonitors: 0,
    });
    const { body } = await ada.api.get(`/v1/notification-channels/${channelId}/deliveries?limit=200`);
    const delivery = body.data.find(({ type }: { type: string }) => type === 'monitoring.restored');
    expect(delivery).toMatchObject({ status: 'pending', incidentId: null });
  });
});

describe('a monitor whose checks tell of trouble of the server', () => {
  it('is as it was for three intervals or a minute, then unknown, and known again after one good check', async () => {
    await newMonitors(2, { intervalSeconds: 5, timeoutSeconds: 5 });
    answerAll(unwell, urls.slice(0, 1));
    await pass(15);
    expect(await statuses()).toEqual({ up: 2 });
    await pass(10);
    expect(await statuses()).toEqual({ unknown: 1, up: 1 });
    expect(await told()).toEqual(['monitoring.blind']);
    answerAll(good);
    await pass(5);
    expect(await statuses()).toEqual({ up: 2 });
  });

  it('that was down is unknown too, and its incident stays open', async () => {
    await newMonitors(1, { intervalSeconds: 5, timeoutSeconds: 5 });
    answerAll({ ...refused });
    await pass(5);
    expect(await statuses()).toEqual({ down: 1 });
    answerAll(unwell);
    await pass(25);
    expect(await statuses()).toEqual({ unknown: 1 });
    expect((await first('/v1/incidents')).status).toBe('open');
  });

  it('is pending no longer when it was never seen', async () => {
    app.prober.answer('http://new.example.com/', unwell);
    await made('/v1/monitors', { name: 'New', url: 'http://new.example.com/' });
    await turn();
    expect(await statuses()).toEqual({ pending: 1 });
    await pass(65);
    expect(await statuses()).toEqual({ unknown: 1 });
  });
});
