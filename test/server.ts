import { eventually } from './eventually.js';
import { HttpClient } from './http-client.js';
import { ServerProcess } from './program.js';
import { newTestDatabase, type TestDatabase } from './test-database.js';

/** What a server process is started with unless a test says otherwise. */
const DEFAULTS = { RATE_LIMIT: 'off', SIGN_UP: 'open' };

export const ada = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'seven grey pigeons nap' };

interface Options {
  /** Environment variables of the server. */
  readonly env?: Record<string, string>;
  /** A database that another server uses too; otherwise a fresh one, gone when the server stops. */
  readonly database?: TestDatabase;
  /** How many files it may have open. */
  readonly openFiles?: number;
}

/** The built program in a process of its own, which a test ends, however it likes, and starts again on the same data. */
export class TestServer {
  /** By port and token: each keeps a connection open that a server short of files would miss. */
  private readonly clients = new Map<string, HttpClient>();

  private constructor(
    private process: ServerProcess,
    readonly database: TestDatabase,
    private readonly ownsDatabase: boolean,
    private readonly env: Record<string, string>,
    private readonly openFiles: number | undefined,
  ) {}

  static async start({ env = {}, database, openFiles }: Options = {}): Promise<TestServer> {
    const store = database ?? (await newTestDatabase());
    const complete = { ...DEFAULTS, ...store.env, ...env };
    const process = await ServerProcess.start(complete, openFiles);
    const server = new TestServer(process, store, !database, complete, openFiles);
    await server.untilReady();
    return server;
  }

  /** Starts the program again after it has ended. Returns the milliseconds until it was ready. */
  async startAgain(env: Record<string, string> = {}): Promise<number> {
    const began = performance.now();
    this.process = await ServerProcess.start({ ...this.env, ...env }, this.openFiles);
    await this.untilReady();
    return performance.now() - began;
  }

  /** Ends the process as a power cut does. */
  kill(): Promise<void> {
    return this.process.kill();
  }

  /** Asks the process to end. Gives its exit code. */
  terminate(): Promise<number | string> {
    this.process.signal('SIGTERM');
    return this.process.exit;
  }

  /** Has the process stand still until `wake`. */
  freeze(): void {
    this.process.signal('SIGSTOP');
  }

  wake(): void {
    this.process.signal('SIGCONT');
  }

  /** Ends everything, and removes the data. */
  async stop(): Promise<void> {
    for (const client of this.clients.values()) client.close();
    await this.kill();
    if (this.ownsDatabase) await this.database.drop();
  }

  get pid(): number {
    return this.process.pid;
  }

  get port(): number {
    return this.process.port;
  }

  /** A caller without a credential. */
  get anyone(): HttpClient {
    return this.client({});
  }

  bearing(token: string): HttpClient {
    return this.client({ authorization: `Bearer ${token}` });
  }

  /** Makes the account of `ada`, with a team of her own, and gives her session token. */
  async signUp(): Promise<string> {
    const { body, text } = await this.anyone.post('/v1/auth/sign-up', ada);
    if (!body?.token) throw new Error(`Nobody was signed up: ${text}`);
    return body.token;
  }

  private client(headers: Record<string, string>): HttpClient {
    const name = `${this.port} ${headers['authorization']}`;
    const client = this.clients.get(name) ?? new HttpClient(`http://127.0.0.1:${this.port}`, headers);
    this.clients.set(name, client);
    return client;
  }

  private async untilReady(): Promise<void> {
    await eventually(async () => (await this.anyone.get('/health/ready')).status === 200, 10_000);
  }
}
