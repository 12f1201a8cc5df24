import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateToken } from '../../src/crypto/token.js';
import { Unavailable } from '../../src/problems/common.problems.js';
import { expectProblem } from '../expect-problem.js';
import type { HttpClient } from '../http-client.js';
import { eventually } from '../eventually.js';
import { ada, TestServer } from '../server.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { TcpProxy } from './tcp-proxy.js';

const BACK_MS = 5_000;

/** The time-outs of a statement and of opening a connection, one after the other, and room for a busy machine. */
const ANSWER_MS = 10_000;

const onServer = process.env['DATABASE_URL'] ? describe : describe.skip;

onServer('a database server that cannot be reached', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let server: TestServer;
  let person: HttpClient;
  let program: HttpClient;

  beforeAll(async () => {
    database = await newTestDatabase();
    const url = new URL(database.env['DATABASE_URL']!);
    proxy = await TcpProxy.to(url.hostname, Number(url.port || 3306));
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    server = await TestServer.start({ database, env: { DATABASE_URL: url.href } });
    person = server.bearing(await server.signUp());
    const key = await person.post('/v1/api-keys', { name: 'CI', abilities: ['*'] });
    program = server.bearing(key.body.token);
  });
  afterEach(() => backAfter(BACK_MS));
  afterAll(async () => {
    await server.stop();
    proxy.cut();
    await database.drop();
  });

  /** Everything a caller may ask for that needs the database, asked for at once. */
  const calls: Array<[string, () => ReturnType<HttpClient['get']>]> = [
    ['a read of a person', () => person.get('/v1/me')],
    ['a read of a program', () => program.get('/v1/projects')],
    ['a change by a person', () => person.post('/v1/projects', { name: 'Away' })],
    ['a change by a program', () => program.patch('/v1/team', { name: 'Away' })],
    [
      'a change that may be retried',
      () => program.post('/v1/projects', { name: 'A' }, { 'idempotency-key': 'a' }),
    ],
    ['a sign-in', () => server.anyone.post('/v1/auth/sign-in', { email: ada.email, password: 'wrong' })],
    ['a sign-up', () => signUp()],
    ['an unknown token', () => server.bearing(generateToken('key')).get('/v1/me')],
    ['the question whether it is ready', () => server.anyone.get('/health/ready')],
  ];

  const signUp = () =>
    server.anyone.post('/v1/auth/sign-up', {
      name: 'Grace Hopper',
      email: 'grace@example.com',
      password: 'a compiler and more',
    });

  async function backAfter(deadlineMs: number): Promise<void> {
    const isBack = async () => {
      const answers = await Promise.all([person.get('/v1/me'), server.anyone.get('/health/ready')]);
      return answers.every(({ status }) => status === 200);
    };
    await eventually(isBack, deadlineMs);
  }

  it.each(calls)('has %s answered with 503', async (_, call) => {
    proxy.cut();
    const answer = await call();
    await proxy.restore();
    expectProblem(answer, Unavailable, { retryAfter: 5 });
    expect(answer.headers['retry-after']).toBe('5');
  });

  it('has every request answered with 503 while the server only hangs', async () => {
    proxy.hang();
    const began = performance.now();
    const answers = await Promise.all(calls.map(([, call]) => call()));
    const took = performance.now() - began;
    proxy.resume();
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 503));
    expect(took).toBeLessThan(ANSWER_MS);
  });

  it('has a change answered with 503 that began on a connection from before', async () => {
    proxy.hang();
    const began = performance.now();
    const answer = await signUp();
    const took = performance.now() - began;
    proxy.resume();
    expectProblem(answer, Unavailable, { retryAfter: 5 });
    expect(took).toBeLessThan(ANSWER_MS);
  });

  it('is used again over new connections when the network has lost the old ones', async () => {
    proxy.lose();
    expect((await signUp()).status).toBe(503);
    await backAfter(BACK_MS);
  });

  it('leaves alive what needs no database', async () => {
    proxy.cut();
    const answer = await server.anyone.get('/health/live');
    await proxy.restore();
    expect(answer.status).toBe(200);
  });
});
