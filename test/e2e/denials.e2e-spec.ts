import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AuditedTransactions } from '../../src/audit/audited-transactions.js';
import { DatabaseTimeout } from '../../src/database/errors.js';
import { RetentionJobs } from '../../src/database/retention-jobs.js';
import { TestApp } from '../app.js';
import { eventually } from '../eventually.js';
import type { Person } from '../given.js';
import { RawConnection } from '../raw-connection.js';
import { newTestDatabase } from '../test-database.js';
import { MINUTE } from '../test-clock.js';

/** Only what is done again and again waits for the test. */
beforeAll(() => {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'performance',
      'hrtime',
      'nextTick',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setTimeout',
      'clearTimeout',
    ],
  });
});
afterAll(() => {
  jest.useRealTimers();
});

const rename = ({ api }: Person) => api.patch('/v1/team', { name: 'Mine' });

async function refuse(person: Person, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) expect((await rename(person)).status).toBe(403);
}

/** How many refusals each event of the log stands for, by the name of who was refused. */
async function denied(app: TestApp, owner: Person): Promise<Record<string, number[]>> {
  const counts: Record<string, number[]> = {};
  for (const { actor, count } of await app.given.log(owner, '&outcome=denied'))
    (counts[actor.name] ??= []).push(count);
  for (const each of Object.values(counts)) each.sort();
  return counts;
}

describe('refusals that follow the first', () => {
  it('are recorded when their minute is over, whatever else happens', async () => {
    const app = await TestApp.start();
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer', 'Grace');
    await refuse(grace, 3);
    app.clock.advance(MINUTE - 2_000);
    jest.advanceTimersByTime(1_000);
    await app.get(RetentionJobs).run();
    expect(await denied(app, ada)).toEqual({ Grace: [1] });
    app.clock.advance(2_000);
    jest.advanceTimersByTime(1_000);
    await eventually(async () => (await denied(app, ada))['Grace']!.length === 2);
    expect(await denied(app, ada)).toEqual({ Grace: [1, 2] });
    await app.stop();
  });
});

describe('refusals that cannot be recorded', () => {
  let app: TestApp;
  let ada: Person;
  let grace: Person;
  let joan: Person;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    ada = await app.given.owner();
    grace = await app.given.member(ada, 'viewer', 'Grace');
    joan = await app.given.member(ada, 'viewer', 'Joan');
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Has the next record of what `person` was refused fail. */
  function failNextOf(person: Person): void {
    const audited = app.get(AuditedTransactions);
    const note = audited.note.bind(audited);
    let isDue = true;
    jest.spyOn(audited, 'note').mockImplementation((by, ...rest) => {
      const fails = isDue && by.actor.id === person.id;
      isDue &&= !fails;
      return fails ? Promise.reject(new DatabaseTimeout('away')) : note(by, ...rest);
    });
  }

  it('keep back no other, and are recorded a minute later', async () => {
    await refuse(grace, 3);
    await refuse(joan, 4);
    app.clock.advance(MINUTE);
    failNextOf(grace);
    await app.get(RetentionJobs).run();
    expect(await denied(app, ada)).toEqual({ Grace: [1], Joan: [1, 3] });
    await app.get(RetentionJobs).run();
    expect(await denied(app, ada)).toEqual({ Grace: [1, 2], Joan: [1, 3] });
  });

  it('change neither the answer nor the record of the next caller', async () => {
    await refuse(grace, 3);
    app.clock.advance(MINUTE);
    failNextOf(grace);
    await refuse(joan, 1);
    expect(await denied(app, ada)).toMatchObject({ Joan: [1] });
  });

  it('are answered all the same', async () => {
    failNextOf(grace);
    await refuse(grace, 1);
    expect(await denied(app, ada)).toEqual({});
    await app.get(RetentionJobs).run();
    expect(await denied(app, ada)).toEqual({ Grace: [1] });
  });
});

describe('refusals that wait to be recorded', () => {
  it('hold nothing of their request but what is told of it', async () => {
    const app = await TestApp.start();
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'admin', 'Grace');
    const key = await app.given.key(ada);
    const note = jest.spyOn(app.get(AuditedTransactions), 'note');
    const rotate = () =>
      grace.api.post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 60 }, { 'idempotency-key': 'once' });
    for (let i = 0; i < 2; i += 1) expect((await rotate()).body.code).toBe('api-key-not-own');
    app.clock.advance(MINUTE);
    await app.get(RetentionJobs).run();
    const [, repeated] = note.mock.calls;
    expect(repeated![0]).toEqual({
      actor: { type: 'user', id: grace.id, name: 'Grace', via: null },
      teamId: ada.teamId,
      context: {
        requestId: expect.any(String),
        ip: '127.0.0.1',
        counted: expect.anything(),
        userAgent: null,
        method: 'POST',
        route: '/v1/api-keys/{id}/rotate',
        demands: [],
      },
    });
    await app.stop();
  });
});

describe('a server that stops', () => {
  it('records what was refused before, and while it finished what was running', async () => {
    const database = await newTestDatabase();
    let app = await TestApp.start({ database });
    const ada = await app.given.owner();
    const grace = await app.given.member(ada, 'viewer', 'Grace');
    await refuse(grace, 3);
    const body = JSON.stringify({ name: 'Mine' });
    const slow = await RawConnection.open(Number(new URL(app.origin).port));
    slow.send(
      `PATCH /v1/team HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${grace.token}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await slow.receive(/100 Continue\r\n\r\n/);
    const stopped = app.stop();
    slow.send(body);
    expect(await slow.receive(/\}$/)).toContain('403 Forbidden');
    await stopped;

    app = await TestApp.start({ database });
    const owner = { ...ada, api: app.bearing(ada.token) };
    expect(await denied(app, owner)).toEqual({ Grace: [1, 3] });
    await app.stop();
    await database.drop();
  });
});
