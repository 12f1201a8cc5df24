import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialInvalid } from '../../src/auth/auth.problems.js';
import { Connections } from '../../src/database/connections.js';
import { Unavailable } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Key, Person } from '../given.js';

describe('while the database is away', () => {
  let app: TestApp;
  let person: Person;
  let key: Key;
  beforeAll(async () => {
    app = await TestApp.start();
    person = await app.given.owner();
    key = await app.given.key(person);
    await app.get(Connections).close();
  });
  afterAll(() => app.stop());

  it('nobody is told that their credential is wrong', async () => {
    for (const api of [person.api, key.api])
      for (const path of ['/v1/me', '/v1/team', '/v1/audit-events']) {
        const answer = await api.get(path);
        expectProblem(answer, Unavailable, { retryAfter: 5 });
        expect(answer.headers['retry-after']).toBe('5');
        expect(answer.headers['www-authenticate']).toBeUndefined();
      }
  });

  it('who wants to sign in or up is told to come back', async () => {
    const account = { email: person.email, password: 'seven grey pigeons nap' };
    for (const answer of [
      await app.anyone.post('/v1/auth/sign-in', account),
      await app.anyone.post('/v1/auth/sign-up', { ...account, name: 'Ada' }),
    ])
      expectProblem(answer, Unavailable, { retryAfter: 5 });
  });

  it('a token that is mistyped is refused all the same', async () => {
    expectProblem(await app.bearing('pulse_key_x').get('/v1/me'), CredentialInvalid);
  });

  it('the process is alive, and not ready', async () => {
    expect((await app.anyone.get('/health/live')).status).toBe(200);
    expectProblem(await app.anyone.get('/health/ready'), Unavailable, { retryAfter: 5 });
  });
});
