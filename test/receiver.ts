import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it answers: a status, or whatever a function does with the response. */
export type Reply = number | ((response: ServerResponse, received: Received) => void);

/** A receiver of webhooks on loopback. */
export class Receiver {
  readonly received: Received[] = [];
  /** What the next requests are answered, one after the other; then `reply`. */
  readonly replies: Reply[] = [];
  reply: Reply = 204;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        receiver.take({ path: request.url!, headers: request.headers, body }, response);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What arrived, as the messages it was. */
  get messages(): any[] {
    return this.received.map(({ body }) => JSON.parse(body));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(received: Received, response: ServerResponse): void {
    this.received.push(received);
    const reply = this.replies.shift() ?? this.reply;
    if (typeof reply === 'function') reply(response, received);
    else response.writeHead(reply).end();
  }
}
