import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allPages } from '../all-pages.js';
import type { Answer, HttpClient } from '../http-client.js';
import { eventually } from '../eventually.js';
import { ada, TestServer } from '../server.js';

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

/** What became of a request: its status, or how it failed. */
type Fate = number | string;

const fateOf = (answer: Promise<Answer>): Promise<Fate> =>
  answer.then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

/**
 * The fates that are not a success, but for requests that were begun after the server was asked to stop and
 * found the door closed: the system refuses them, or resets a connection that comes in the moment the door
 * closes, before the program knows of it.
 */
function dropped(fates: Fate[], asked: number): string[] {
  const isAtTheDoor = (fate: Fate, i: number) =>
    i >= asked && (fate === 'ECONNREFUSED' || fate === 'ECONNRESET');
  return fates.flatMap((fate, i) =>
    fate === 200 || fate === 201 || isAtTheDoor(fate, i)
      ? []
      : [`${fate} for request ${i} of ${fates.length}; the server was asked to stop at ${asked}`],
  );
}

/** Requests at an even pace, each on a connection of its own, whatever becomes of them: reads, changes, and sign-ins, which take long. */
class SteadyLoad {
  readonly fates: Array<Promise<Fate>> = [];
  readonly created: string[] = [];
  private readonly timer = setInterval(() => this.sendOne(), 1000 / REQUESTS_PER_SECOND);

  constructor(private readonly api: HttpClient) {}

  stop(): void {
    clearInterval(this.timer);
  }

  private sendOne(): void {
    const i = this.fates.length;
    const answer = i % 25 === 0 ? this.signIn() : i % 4 === 0 ? this.create() : this.api.get('/v1/projects');
    this.fates.push(fateOf(answer));
  }

  private signIn(): Promise<Answer> {
    const { email, password } = ada;
    return this.api.post('/v1/auth/sign-in', { email, password });
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

        const asked = load.fates.length;
        const exitCode = await server.terminate();

        load.stop();
        const fates = await Promise.all(load.fates);
        expect(dropped(fates, asked)).toEqual([]);
        expect(exitCode).toBe(0);
        await server.startAgain();
        const projects = await allPages(server.bearing(token), '/v1/projects');
        expect(projects.map(({ id }) => id)).toEqual(expect.arrayContaining(load.created));
      }
    },
    RESTARTS * 15_000,
  );
});
