import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test decides about every byte. */
export class RawConnection {
  private received = '';
  private readonly closed: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (chunk: string) => (this.received += chunk));
    socket.on('error', () => {});
    this.closed = once(socket, 'close').catch(() => {});
  }

  /** Rejects where nobody listens. */
  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** All that came, once `pattern` has. Fails when the other side ends the connection before. */
  async receive(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.socket.readableEnded || this.socket.destroyed)
        throw new Error(`The connection ended after: ${this.received}`);
      await Promise.race([once(this.socket, 'data').catch(() => {}), this.closed]);
    }
    const all = this.received;
    this.received = '';
    return all;
  }

  /** All that came before the other side ended the connection. */
  async rest(): Promise<string> {
    await this.closed;
    return this.received;
  }

  close(): void {
    this.socket.destroy();
  }
}
