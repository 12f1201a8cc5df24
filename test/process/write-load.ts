import { randomUUID } from 'node:crypto';
import type { Answer, Headers, HttpClient } from '../http-client.js';

/** What one of many callers does, again and again. */
type Writer = (load: WriteLoad) => Promise<void>;

/** Callers that change things without a pause until the server is gone, and remember what it told them it has done. */
export class WriteLoad {
  /** The ids of the requests that were answered with a success. */
  readonly acknowledged: string[] = [];
  private readonly running: Promise<unknown>;
  private onWrite = (): void => {};

  constructor(
    private readonly api: HttpClient,
    writers: readonly Writer[],
  ) {
    this.running = Promise.all(writers.map((writer) => this.untilGone(writer)));
  }

  /** Resolves when `count` writes are acknowledged. */
  async reaches(count: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.onWrite = () => this.acknowledged.length >= count && resolve();
    });
    await Promise.race([reached, this.running]);
  }

  /** Resolves when every writer has met a closed door. Rejects when one was refused for another reason. */
  async end(): Promise<void> {
    await this.running;
  }

  async write(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer['body']> {
    const requestId = randomUUID();
    const answer = await this.api.send(method, path, body, { 'request-id': requestId, ...headers });
    if (answer.status >= 300) throw new Error(`${method} ${path} was answered ${answer.text}`);
    this.acknowledged.push(requestId);
    this.onWrite();
    return answer.body;
  }

  private async untilGone(writer: Writer): Promise<void> {
    try {
      for (;;) await writer(this);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** Whether a request failed because nobody is there to answer it. */
export const isGone = (error: unknown): boolean =>
  ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
