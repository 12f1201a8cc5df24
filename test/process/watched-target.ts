import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Listeners } from '../egress/listeners.js';

/** What the target does with a request: `refuse` ends the connection without an answer, `hang` never answers. */
export type Manner = 'ok' | 'fail' | 'hang' | 'refuse' | 'slow';

export interface Arrival {
  readonly path: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A host has eight checks at a time: so many hosts have as many as a test needs. */
const HOSTS = Array.from({ length: 32 }, (_, i) => `127.0.0.${i + 2}`);
const SLOW_MS = 1_000;

/** What monitors watch: a server on several addresses of the loopback that notes who came, and does as it is told for each path. */
export class WatchedTarget {
  readonly arrivals: Arrival[] = [];
  private readonly listeners = new Listeners();
  private readonly manners = new Map<string, Manner>();
  private port = 0;

  private constructor() {}

  static async start(): Promise<WatchedTarget> {
    const target = new WatchedTarget();
    for (const host of HOSTS) {
      const { port } = await target.listeners.http(
        ({ url }, response) => void target.serve(url!, response),
        host,
        target.port,
      );
      target.port = port;
    }
    return target;
  }

  /** Where it serves `path`. Monitors that are numbered one after the other are spread over all addresses. */
  url(path: string, number = 0): string {
    return this.at(HOSTS[number % HOSTS.length]!, path);
  }

  /** Where it serves `path` for who knows it by `host`, an address or a name. */
  at(host: string, path: string): string {
    return `http://${host}:${this.port}${path}`;
  }

  tell(manner: Manner, paths: readonly string[]): void {
    for (const path of paths) this.manners.set(path, manner);
  }

  /** When requests for `path` came, from `since` on. */
  arrivalsAt(path: string, since = 0): number[] {
    return this.arrivals.filter((each) => each.path === path && each.at >= since).map(({ at }) => at);
  }

  /** The paths that somebody asked for from `since` on. */
  pathsSince(since: number): Set<string> {
    return new Set(this.arrivals.filter(({ at }) => at >= since).map(({ path }) => path));
  }

  close(): void {
    this.listeners.close();
  }

  private async serve(path: string, response: ServerResponse): Promise<void> {
    this.arrivals.push({ path, at: Date.now() });
    const manner = this.manners.get(path) ?? 'ok';
    if (manner === 'hang') return;
    if (manner === 'refuse') return void response.destroy();
    if (manner === 'slow') await wait(SLOW_MS);
    response.statusCode = manner === 'fail' ? 503 : 200;
    response.end();
  }
}
