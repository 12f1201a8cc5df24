import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A listener whose queue is full: connections to it are neither taken nor refused. */
export class DeafListener {
  private constructor(
    private readonly worker: Worker,
    readonly port: number,
    private readonly queued: readonly Socket[],
  ) {}

  static async start(host: string): Promise<DeafListener> {
    // Its thread sleeps: it takes nobody from the queue, and the queue has room for two.
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const server = require('node:net').createServer().listen({ port: 0, host: workerData, backlog: 1 }, () => {
         parentPort.postMessage(server.address().port);
         setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
       });`,
      { eval: true, workerData: host },
    );
    const [port] = (await once(worker, 'message')) as [number];
    const queued = [connect(port, host), connect(port, host)];
    await Promise.all(queued.map((socket) => once(socket, 'connect')));
    return new DeafListener(worker, port, queued);
  }

  async stop(): Promise<void> {
    for (const socket of this.queued) socket.on('error', () => {}).destroy();
    await this.worker.terminate();
  }
}
