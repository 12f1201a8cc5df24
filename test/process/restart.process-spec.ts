import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allPages } from '../all-pages.js';
import type { Answer, HttpClient } from '../http-client.js';
import { eventually, TestServer } from '../server.js';

/** How often the server is stopped. */
const RESTARTS = Number(process.env['RESTARTS'] ?? 3);
const REQUESTS_PER_SECOND = 100;
/** What is sent before the server is asked to stop. */
const BEFORE = 50;

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await TestServer.start();
  token = await server.signUp();
});
afterAll(() => server.stop());

/** What became of a request: its status, or how it failed. `ECONNREFUSED` is a closed door, all else was let in and dropped. */
const fateOf = (answer: Promise<Answer>): Promise<number | string> =>
  answer.then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

/** Requests at an even pace, each on a connection of its own, whatever becomes of them. Every fourth one changes something. */
class SteadyLoad {
  readonly fates: Array<Promise<number | string>> = [];
  readonly created: string[] = [];
  private readonly timer = setInterval(() => this.sendOne(), 1000 / REQUESTS_PER_SECOND);

  constructor(private readonly api: HttpClient) {}

  stop(): void {
    clearInterval(this.timer);
  }

  private sendOne(): void {
    const answer = this.fates.length % 4 === 0 ? this.create() : this.api.get('/v1/projects');
    this.fates.push(fateOf(answer));
  }

  private async create(): Promise<Answer> {
    const answer = await this.api.post('/v1/projects', { name: randomUUID() });
    if (answer.status === 201) this.created.push(answer.body.id);
    return answer;
  }
}

describe('a server that is stopped under load', () => {
  it(
    'answers everything it let in, ends with 0, and has what it acknowledged',
    async () => {
      for (let restart = 0; restart < RESTARTS; restart += 1) {
        const load = new SteadyLoad(server.bearing(token).with({ connection: 'close' }));
        await eventually(async () => load.fates.length >= BEFORE, 10_000);

        const exitCode = await server.terminate();

        load.stop();
        const fates = await Promise.all(load.fates);
        expect(fates.filter((fate) => ![200, 201, 'ECONNREFUSED'].includes(fate))).toEqual([]);
        expect(exitCode).toBe(0);
        await server.startAgain();
        const projects = await allPages(server.bearing(token), '/v1/projects');
        expect(projects.map(({ id }) => id)).toEqual(expect.arrayContaining(load.created));
      }
    },
    RESTARTS * 15_000,
  );
});
