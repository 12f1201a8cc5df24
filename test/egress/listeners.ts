import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A listening server, and what reached it. */
export class Listener {
  connections = 0;
  received = '';
  private readonly sockets = new Set<Socket>();

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.sockets.size;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

/** The servers of one test. */
export class Listeners {
  private readonly all: Listener[] = [];

  /** A server that does with a connection whatever `serve` does. Everything it is sent is noted. */
  raw(serve: (socket: Socket) => void, host = '127.0.0.1', port = 0): Promise<Listener> {
    const server = createServer((socket) => {
      socket.on('data', (chunk) => (listener.received += chunk.toString('latin1')));
      serve(socket);
    });
    const listener = new Listener(server);
    return this.started(server, listener, host, port);
  }

  /** A server that sends `bytes` to whoever has asked, and ends the connection. */
  saying(bytes: string | Buffer): Promise<Listener> {
    return this.raw((socket) => socket.once('data', () => socket.end(bytes)));
  }

  /** A server that takes connections and never says a word. */
  silent(host?: string): Promise<Listener> {
    return this.raw(() => {}, host);
  }

  http(serve: RequestListener, host = '127.0.0.1', port = 0): Promise<Listener> {
    const server = createHttpServer(serve);
    return this.started(server, new Listener(server), host, port);
  }

  /** A server that says `bytes` over TLS to whoever has asked. What it is sent is noted decrypted. */
  tls(options: TlsOptions, host = '127.0.0.1', bytes = OK): Promise<Listener> {
    const server = createTlsServer(options, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        listener.received += chunk.toString('latin1');
        socket.end(bytes);
      });
    });
    const listener = new Listener(server);
    return this.started(server, listener, host, 0);
  }

  /** Ends them all. */
  close(): void {
    for (const each of this.all.splice(0)) each.close();
  }

  private async started(server: Server, listener: Listener, host: string, port: number): Promise<Listener> {
    this.all.push(listener);
    server.on('tlsClientError', () => {});
    server.listen(port, host);
    await once(server, 'listening');
    return listener;
  }
}
