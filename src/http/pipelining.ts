import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { bodyOf, hasBody } from './incoming-body.js';
import { lingerAfterLastAnswer } from './lingering-close.js';

/** How many requests may wait behind the one of a connection that is being answered. Honest clients send a few ahead. */
export const MAX_WAITING = 100;

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];

/** What Fastify would set by itself if it made the server. */
interface Options {
  readonly http?: ServerOptions;
  readonly keepAliveTimeout?: number;
  readonly requestTimeout?: number;
}

/**
 * A server that answers the requests of each connection one after another (RFC 9112, 9.3.2), each in a turn of
 * the event loop of its own, and reads on only when none of them waits: however much a client sends ahead, it gets
 * no more of the server than one that asks, waits and asks again. A connection on which more than `MAX_WAITING`
 * wait ends with the answer to the last of them: the others may be sent again on another (RFC 9112, 9.6). So does one
 * with the answer to a request whose body was not read to its end: what is left of it is not worth reading.
 */
export function fairServer(answer: RequestListener, options: Options): Server {
  const lines = new WeakMap<Socket, Line>();
  const server = createServer(options.http ?? {}, (request, response) => {
    const { socket } = request;
    let line = lines.get(socket);
    if (!line) lines.set(socket, (line = new Line(socket, answer)));
    line.add([request, response]);
  });
  if (options.keepAliveTimeout !== undefined) server.keepAliveTimeout = options.keepAliveTimeout;
  if (options.requestTimeout !== undefined) server.requestTimeout = options.requestTimeout;
  return server;
}

/** The requests of one connection, in the order they came. */
class Line {
  private readonly waiting: Exchange[] = [];
  private current: IncomingMessage | null = null;
  private isOver = false;

  constructor(
    private readonly socket: Socket,
    private readonly answer: RequestListener,
  ) {
    // Whatever reads a body, or is done with one, has the socket flow again.
    socket.on('resume', () => this.hold());
    lingerAfterLastAnswer(socket);
  }

  add(exchange: Exchange): void {
    const [request] = exchange;
    if (hasBody(request)) bodyOf(request);
    if (!this.current) return this.begin(exchange);
    if (!this.isOver) this.waiting.push(exchange);
    if (this.waiting.length === MAX_WAITING) this.endWith(exchange);
    this.hold();
  }

  private begin([request, response]: Exchange): void {
    this.current = request;
    response.once('close', () => this.end());
    if (!hasBody(request)) return this.answer(request, response);
    closeAfterUnfinished(request, response);
    // Of a body that came with its head, all is here by then.
    setImmediate(() => {
      if (this.socket.writable) this.answer(request, response);
    });
  }

  private end(): void {
    if (this.waiting.length === 0) this.current = null;
    else setImmediate(() => this.next());
  }

  private next(): void {
    if (!this.socket.writable) return;
    this.begin(this.waiting.shift()!);
    if (this.waiting.length === 0 && !this.isOver) this.socket.resume();
  }

  private endWith([, response]: Exchange): void {
    this.isOver = true;
    response.setHeader('connection', 'close');
  }

  private hold(): void {
    if (!this.socket.writable) return;
    const isUnwanted = this.current !== null && hasBody(this.current) && bodyOf(this.current).isRefused;
    if (this.waiting.length > 0 || this.isOver || isUnwanted) this.socket.pause();
  }
}

/** Has the answer be the last of its connection if the body of its request has not come whole by then. */
function closeAfterUnfinished(request: IncomingMessage, response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = ((...head: Parameters<typeof writeHead>) => {
    if (bodyOf(request).isUnfinished) response.setHeader('connection', 'close');
    return writeHead.apply(response, head);
  }) as typeof writeHead;
}
