import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HttpClient } from './http-client.js';

/** A request of which only the status of the answer matters. */
export interface Sent {
  /** Who asks. */
  readonly api: HttpClient;
  readonly method: string;
  readonly path: string;
  /** JSON. */
  readonly text: string | undefined;
  /** What is sent instead of `text` after the head, which says that it comes in chunks. */
  readonly chunks?: string;
}

/** Sends requests from a process of its own, one at a time. */
export class Sender {
  private readonly child: ChildProcess = fork(join(import.meta.dirname, 'sending-process.js'));

  /** Gives the status of the answer. */
  async send({ api, method, path, text, chunks }: Sent): Promise<number> {
    const headers = { ...api.headers, ...(text !== undefined && { 'content-type': 'application/json' }) };
    this.child.send({ url: new URL(path, api.origin).href, method, headers, text, chunks });
    const [{ status, message }] = (await once(this.child, 'message')) as [Record<string, any>];
    if (message) throw new Error(message);
    return status;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    this.child.kill();
    await ended;
  }
}
