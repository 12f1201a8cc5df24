import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a program: nothing of the test's own but what a process needs. */
const environment = (env: Record<string, string>) => ({
  PATH: process.env['PATH'],
  LOG_LEVEL: 'silent',
  ...env,
});

function launch(file: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [`dist/${file}`, ...args], { env: environment(env) });
}

/** Runs a program of the build to its end. */
export async function run(
  file: 'main.js' | 'cli.js',
  args: readonly string[],
  env: Record<string, string>,
  input = '',
): Promise<Outcome> {
  const child = launch(file, args, env);
  child.stdin!.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** What a server says once it listens: one that answers the API, and one that only makes checks. */
const API = /API +http:\/\/[^/]+:(\d+)\S*\/v1\n[\s\S]*Accounts.*\n/;
const HEALTH = /Health +http:\/\/[^/]+:(\d+)\/health[\s\S]*Data.*\n/;

/** Launches the server with a limit of open files. Node raises the soft one to the hard one, so this sets both. */
const launchWithin = (openFiles: number, env: Record<string, string>): ChildProcess =>
  spawn('sh', ['-c', `ulimit -n ${openFiles} && exec "$0" dist/main.js`, process.execPath], {
    env: environment(env),
  });

/** A server of the build, in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** What it told its operator. */
    readonly greeting: string,
    readonly port: number,
    /** Its exit code, or the signal that ended it. */
    readonly exit: Promise<number | string>,
  ) {}

  /** Starts a server on a free port and waits until it listens. */
  static async start(env: Record<string, string>, openFiles?: number): Promise<ServerProcess> {
    const complete = { PORT: '0', ...env };
    const child =
      openFiles === undefined ? launch('main.js', [], complete) : launchWithin(openFiles, complete);
    const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
    let greeting = '';
    child.stdout!.setEncoding('utf8');
    for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
      greeting += chunk;
      const port = (API.exec(greeting) ?? HEALTH.exec(greeting))?.[1];
      if (port) {
        child.stdout!.resume();
        return new ServerProcess(child, greeting, Number(port), exit);
      }
    }
    throw new Error(`The server did not start: ${await text(child.stderr!)}`);
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, however it stands. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}
