import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';

/** A name server on loopback that knows one address for every name, which a test changes. Nobody may remember it. */
export class OneAddressNameServer {
  address = '127.0.0.1';

  private constructor(private readonly socket: Socket) {}

  static async start(): Promise<OneAddressNameServer> {
    const socket = createSocket('udp4');
    const server = new OneAddressNameServer(socket);
    socket.on('message', (message, { port, address }) => socket.send(server.answer(message), port, address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return server;
  }

  get server(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private answer(message: Buffer): Buffer {
    const { id, questions = [] } = decode(message);
    const answers = questions
      .filter(({ type }) => type === 'A')
      .map(({ name }) => ({ type: 'A' as const, name, ttl: 0, data: this.address }));
    return encode({ type: 'response', id: id ?? 0, questions, answers });
  }
}
