import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between the program and its database, to be cut, restored or stopped by a test. */
export class TcpProxy {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private isStuck = false;
  port = 0;

  private constructor(
    private readonly host: string,
    private readonly targetPort: number,
  ) {}

  /** A proxy on a free port. */
  static async to(host: string, port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(host, port);
    await proxy.restore();
    return proxy;
  }

  /** Ends every connection and refuses new ones. */
  cut(): void {
    this.server?.close();
    this.server = null;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Takes connections on the same port as before, and passes on what they say. */
  async restore(): Promise<void> {
    this.isStuck = false;
    this.server = createServer((socket) => this.join(socket)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Keeps every connection, takes new ones, and passes nothing on. */
  hang(): void {
    this.isStuck = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** Passes nothing on any more over the connections there are: the network has lost them, and tells nobody. */
  lose(): void {
    this.hang();
    this.isStuck = false;
  }

  /** Passes on again what it held back. */
  resume(): void {
    this.isStuck = false;
    for (const socket of this.sockets) socket.resume();
  }

  private join(near: Socket): void {
    const far = connect(this.targetPort, this.host);
    this.pass(near, far);
    this.pass(far, near);
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => {});
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.isStuck) from.pause();
  }
}
