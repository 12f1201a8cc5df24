import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import { AbilityEscalation } from '../../src/auth/auth.problems.js';
import { ApiKeysService } from '../../src/api-keys/api-keys.service.js';
import { DatabaseTimeout } from '../../src/database/errors.js';
import { RetentionJobs } from '../../src/database/retention-jobs.js';
import { Transactions } from '../../src/database/transactions.js';
import {
  IdempotencyAnswerLost,
  IdempotencyInProgress,
  IdempotencyKeyMalformed,
  IdempotencyMismatch,
} from '../../src/limits/limits.problems.js';
import { InternalError, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { PASSWORD, type Person } from '../given.js';
import type { HttpClient } from '../http-client.js';
import { runAgain } from '../run-again.js';
import { HOUR, MINUTE } from '../test-clock.js';

const { ApiKeysRead, ApiKeysWrite, MonitorsRead, MonitorsWrite } = Ability;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

let counter = 0;
const newKey = () => `retry ${(counter += 1)}`;
const input = { name: 'CI', abilities: [MonitorsRead] };
const create = ({ api }: { api: HttpClient }, key: string, body: object = input) =>
  api.post('/v1/api-keys', body, { 'idempotency-key': key });
const keysOf = async ({ api }: Person) => (await api.get('/v1/api-keys')).body.data;

/** Makes the next creation of a key wait until it is let go on. */
function holdNextCreation() {
  const service = app.get(ApiKeysService);
  const original = service.create.bind(service);
  let letGo!: () => void;
  let arrive!: () => void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  jest.spyOn(service, 'create').mockImplementationOnce(async (...call) => {
    arrive();
    await gate;
    return original(...call);
  });
  return { arrived, letGo };
}

describe('a POST that is repeated with its Idempotency-Key', () => {
  it('takes effect once, and is answered as before', async () => {
    const ada = await app.given.owner();
    const key = newKey();

    const first = await create(ada, key);
    const second = await create(ada, key);

    expect(first.status).toBe(201);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(second.status).toBe(201);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(second.text).toBe(first.text);
    for (const name of ['content-type', 'location', 'etag', 'cache-control'])
      expect([name, second.headers[name]]).toEqual([name, first.headers[name]]);
    expect(second.headers['request-id']).not.toBe(first.headers['request-id']);
    expect(await keysOf(ada)).toHaveLength(1);
    expect(await app.given.log(ada, '&action=api-key.created')).toHaveLength(1);
  });

  it('gives the new token again to a key that rotated itself, as long as its old one lives', async () => {
    const key = await app.given.key(await app.given.owner());
    const headers = { 'idempotency-key': newKey() };
    const rotate = () => key.api.post('/v1/api-keys/current/rotate', { overlapSeconds: 3600 }, headers);
    const [first, second] = [await rotate(), await rotate()];
    expect([second.status, second.text]).toEqual([200, first.text]);
  });

  it('is another request without the key, or with another one', async () => {
    const ada = await app.given.owner();
    await create(ada, newKey());
    await create(ada, newKey());
    await ada.api.post('/v1/api-keys', input);
    expect(await keysOf(ada)).toHaveLength(3);
  });

  it('is refused with another body', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    await create(ada, key);
    expectProblem(await create(ada, key, { ...input, name: 'CD' }), IdempotencyMismatch);
    expect(await keysOf(ada)).toHaveLength(1);
  });

  it('is told to wait while the first one runs', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    const { arrived, letGo } = holdNextCreation();
    const first = create(ada, key);
    await arrived;

    const second = await create(ada, key);

    expectProblem(second, IdempotencyInProgress, { retryAfter: 1 });
    expect(second.headers['retry-after']).toBe('1');
    letGo();
    expect((await first).status).toBe(201);
    expect((await create(ada, key)).text).toBe((await first).text);
    expect(await keysOf(ada)).toHaveLength(1);
  });

  it('takes effect once when many come at the same moment', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(ada, key)));
    expect(await keysOf(ada)).toHaveLength(1);
    const first = answers.find(({ status }) => status === 201);
    for (const { status, text, body } of answers)
      expect(status === 201 ? text : body.code).toBe(
        status === 201 ? first!.text : IdempotencyInProgress.code,
      );
  });

  it('takes over from one that hangs for longer than any request may, which then can change nothing any more', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    const { arrived, letGo } = holdNextCreation();
    const hanging = create(ada, key);
    await arrived;
    app.clock.advance(1.5 * MINUTE);

    const second = await create(ada, key);
    letGo();

    expect(second.status).toBe(201);
    expectProblem(await hanging, IdempotencyInProgress, { retryAfter: 1 });
    expect(await keysOf(ada)).toMatchObject([{ id: second.body.id }]);
  });
});

describe('an answer', () => {
  it('with a token is known for 10 minutes, and then only that it was given', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    const first = await create(ada, key);
    app.clock.advance(10 * MINUTE - 1000);
    expect((await create(ada, key)).text).toBe(first.text);
    app.clock.advance(1000);
    expectProblem(await create(ada, key), IdempotencyAnswerLost);
    expect(await keysOf(ada)).toHaveLength(1);
  });

  it('without one is known for 24 hours, and then the request is a new one', async () => {
    const ada = await app.given.owner();
    const headers = { 'idempotency-key': newKey() };
    const found = () => ada.api.post('/v1/teams', { name: 'Engines' }, headers);
    const first = await found();
    for (const hours of [10, 10, 3]) {
      app.clock.advance(hours * HOUR);
      expect((await found()).text).toBe(first.text);
      await app.settled();
    }
    app.clock.advance(HOUR);
    const later = await found();
    expect([later.status, later.headers['idempotent-replayed']]).toEqual([201, undefined]);
    expect(later.body.id).not.toBe(first.body.id);
  });

  it('is purged when its time is over', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    await create(ada, key);
    const rows = () => app.dataSource.query('SELECT answer FROM idempotency_records ORDER BY claimedAt DESC');

    app.clock.advance(11 * MINUTE);
    await app.get(RetentionJobs).run();
    expect((await rows())[0]).toEqual({ answer: null });
    expectProblem(await create(ada, key), IdempotencyAnswerLost);
    app.clock.advance(25 * HOUR);
    await app.get(RetentionJobs).run();
    expect(await rows()).toEqual([]);
  });

  it('is stored so that the database alone tells neither it nor its key', async () => {
    const ada = await app.given.owner();
    const key = 'a key nobody guesses: 51d0c1a4';
    const { body } = await create(ada, key);
    const rows = await app.dataSource.query('SELECT * FROM idempotency_records');
    expect(rows).not.toEqual([]);
    for (const secret of [key, body.token, body.token.slice(10, 53), body.id, ada.id])
      expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('a request that failed', () => {
  it('frees its key for a better one', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    expectProblem(await create(ada, key, { ...input, name: '' }), ValidationFailed, {
      errors: [expect.anything()],
    });
    expect((await create(ada, key)).status).toBe(201);
  });

  it('frees its key also when it was denied, and that was recorded', async () => {
    const ada = await app.given.owner();
    const maker = await app.given.key(ada, [ApiKeysRead, ApiKeysWrite, MonitorsRead]);
    const key = newKey();
    const exceeding = [MonitorsWrite];
    expectProblem(await create(maker, key, { ...input, abilities: exceeding }), AbilityEscalation, {
      required: exceeding,
      exceeding,
    });
    expect(await app.given.log(ada, '&outcome=denied')).toHaveLength(1);
    expect((await create(maker, key)).status).toBe(201);
  });

  it('frees its key also when the server failed', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    jest.spyOn(app.get(ApiKeysService), 'create').mockRejectedValueOnce(new Error('no'));
    expectProblem(await create(ada, key), InternalError);
    expect((await create(ada, key)).status).toBe(201);
  });

  it('frees its key also when the database went away meanwhile, and a deadlock has it claimed again', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    const transactions = app.get(Transactions);
    const run = transactions.run.bind(transactions);
    jest.spyOn(app.get(ApiKeysService), 'create').mockRejectedValueOnce(new Error('no'));
    jest
      .spyOn(transactions, 'run')
      .mockImplementationOnce((claim) => run(claim))
      .mockRejectedValueOnce(new DatabaseTimeout('away'))
      .mockImplementationOnce(runAgain(run));
    expectProblem(await create(ada, key), InternalError);
    expect((await create(ada, key)).status).toBe(201);
  });

  it('does not run again when it failed only after it took effect', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    const service = app.get(ApiKeysService);
    const original = service.create.bind(service);
    jest.spyOn(service, 'create').mockImplementationOnce(async (...call) => {
      await original(...call);
      throw new Error('too late');
    });
    expectProblem(await create(ada, key), InternalError);
    expectProblem(await create(ada, key), IdempotencyAnswerLost);
    expect(await keysOf(ada)).toHaveLength(1);
  });
});

describe('the same Idempotency-Key', () => {
  it('is another one of another person', async () => {
    const [ada, eve] = [await app.given.owner(), await app.given.owner({ name: 'Eve' })];
    const key = newKey();
    const [first, second] = [await create(ada, key), await create(eve, key)];
    expect([second.status, second.headers['idempotent-replayed']]).toEqual([201, undefined]);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('is another one of a key than of its owner', async () => {
    const ada = await app.given.owner();
    const maker = await app.given.key(ada, [ApiKeysWrite, MonitorsRead]);
    const key = newKey();
    await create(ada, key);
    expect((await create(maker, key)).headers['idempotent-replayed']).toBeUndefined();
  });

  it('is the same one of all sessions of a person', async () => {
    const email = 'retry@example.com';
    const signUp = { name: 'Ada', email, password: PASSWORD };
    const { body: one } = await app.anyone.post('/v1/auth/sign-up', signUp);
    const { body: two } = await app.anyone.post('/v1/auth/sign-in', { email, password: PASSWORD });
    const key = newKey();
    const first = await create({ api: app.bearing(one.token) }, key);
    expect((await create({ api: app.bearing(two.token) }, key)).text).toBe(first.text);
  });

  it('is another one on another route', async () => {
    const ada = await app.given.owner();
    const key = newKey();
    const { body } = await create(ada, key);
    const rotated = await ada.api.post(`/v1/api-keys/${body.id}/rotate`, {}, { 'idempotency-key': key });
    expect([rotated.status, rotated.headers['idempotent-replayed']]).toEqual([200, undefined]);
  });

  it('makes one account of a sign-up that is repeated, and signs nobody in twice', async () => {
    const body = { name: 'Ada', email: 'once@example.com', password: PASSWORD };
    const headers = { 'idempotency-key': newKey() };
    const signUp = (more: object = {}) => app.anyone.post('/v1/auth/sign-up', { ...body, ...more }, headers);
    const [first, second] = [await signUp(), await signUp()];
    expect([first.status, second.text]).toEqual([201, first.text]);
    expectProblem(await signUp({ password: `${PASSWORD}!` }), IdempotencyMismatch);
  });

  it('means nothing where nothing is created', async () => {
    const ada = await app.given.owner();
    const headers = { 'idempotency-key': newKey() };
    await ada.api.patch('/v1/team', { name: 'One' }, headers);
    expect((await ada.api.patch('/v1/team', { name: 'Two' }, headers)).body.name).toBe('Two');
  });
});

describe('an Idempotency-Key', () => {
  it.each(['', 'x'.repeat(129), 'tab\tinside', 'caf\u00e9'])('that is %p is refused', async (key) => {
    const ada = await app.given.owner();
    expectProblem(await create(ada, key), IdempotencyKeyMalformed);
    expect(await keysOf(ada)).toEqual([]);
  });

  it.each(['x', 'x'.repeat(128), '8e03978e-40d5-43dd-bc93-6894a57f9324', '"quoted, and so on"'])(
    'that is %p is taken',
    async (key) => {
      expect((await create(await app.given.owner(), key)).status).toBe(201);
    },
  );
});
