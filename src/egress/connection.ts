import { connect, type Socket } from 'node:net';
import { addressNotAllowed, connectionReset, Failure, failureOf } from './failure.js';
import { type Address, plainAddress } from './address.js';
import type { Trace } from './trace.js';

const CONNECT_MS = 5_000;

/** Connection Attempt Delay (RFC 8305, 5). */
const DELAY_MS = 250;
const MAX_ATTEMPTS = 16;

const tooSlow = new Failure('timeout', 'The connection was not accepted in time.');

/** `socket` when it is connected to exactly `address`, which is compared before anything is sent. Rejects with an error of the socket or a `Failure`. */
function connected(socket: Socket, address: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // It stays for the socket's whole life, because an error that nobody listens for ends the process.
    socket.on('error', reject);
    socket.once('close', () => reject(connectionReset));
    socket.once('connect', () => {
      const { remoteAddress } = socket;
      if (remoteAddress === undefined) reject(connectionReset);
      else if (remoteAddress === address || plainAddress(remoteAddress) === address) resolve(socket);
      else reject(addressNotAllowed);
    });
  });
}

/**
 * A connection to the first of `addresses` that takes one, of sixteen at most. They are tried in their order,
 * the next one as soon as one has failed or has not answered for 250 ms; earlier ones may still answer then, as
 * long as five seconds in all are not over. Where none takes one, what the first says counts that answered, such as
 * by a refusal: somebody is there. Otherwise the first that was silent, and last one that this machine cannot reach.
 * The same counts at the deadline of the exchange, which asks `trace.connecting` then.
 */
export function connectToOne(addresses: readonly Address[], port: number, trace: Trace): Promise<Socket> {
  return new Attempts(addresses.slice(0, MAX_ATTEMPTS), port, trace).run();
}

class Attempts {
  private readonly sockets: Socket[] = [];
  /** By the place of their address. */
  private readonly failures: Failure[] = [];
  private failed = 0;
  private isOver = false;
  private next: NodeJS.Timeout | undefined;
  private settle: { resolve: (socket: Socket) => void; reject: (failure: Failure) => void };

  constructor(
    private readonly addresses: readonly Address[],
    private readonly port: number,
    private readonly trace: Trace,
  ) {}

  run(): Promise<Socket> {
    const limit = setTimeout(() => this.end(this.verdict()), CONNECT_MS);
    return new Promise<Socket>((resolve, reject) => {
      this.settle = { resolve, reject };
      // Whoever cannot wait any longer wants no further attempt.
      this.trace.hold({ destroy: () => this.end(connectionReset) });
      this.trace.connecting = () => this.verdict();
      this.begin();
    }).finally(() => {
      clearTimeout(limit);
      clearTimeout(this.next);
    });
  }

  private begin(): void {
    clearTimeout(this.next);
    if (this.isOver) return;
    const index = this.sockets.length;
    const address = this.addresses[index]!;
    this.trace.address = address;
    const socket = this.trace.hold(connect({ host: address, port: this.port, noDelay: true }));
    this.sockets.push(socket);
    connected(socket, address).then(
      () => this.win(index),
      (error: unknown) => this.lose(index, failureOf(error)),
    );
    if (this.hasMore) this.next = setTimeout(() => this.begin(), DELAY_MS);
  }

  private get hasMore(): boolean {
    return this.sockets.length < this.addresses.length;
  }

  private win(index: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.trace.address = this.addresses[index]!;
    for (const [each, socket] of this.sockets.entries()) if (each !== index) socket.destroy();
    this.settle.resolve(this.sockets[index]!);
  }

  private lose(index: number, failure: Failure): void {
    if (this.isOver) return;
    if (failure === addressNotAllowed) {
      this.trace.address = null;
      return this.end(failure);
    }
    this.failures[index] ??= failure;
    this.failed += 1;
    if (this.hasMore) {
      // Only the last attempt was waited for; an earlier one that fails late changes nothing.
      if (index === this.sockets.length - 1) this.begin();
    } else if (this.failed === this.addresses.length) this.end(this.verdict());
  }

  /** What counts of all that was tried so far. The trace has its address then. */
  private verdict(): Failure {
    const failures = [...this.sockets.keys()].map((index) => this.failures[index] ?? tooSlow);
    const answered = failures.findIndex(
      ({ code, isInternalError }) => !isInternalError && code !== 'timeout',
    );
    const silent = failures.findIndex(({ isInternalError }) => !isInternalError);
    const index = [answered, silent, 0].find((each) => each >= 0)!;
    this.trace.address = this.addresses[index]!;
    return failures[index]!;
  }

  private end(failure: Failure): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const socket of this.sockets) socket.destroy();
    this.settle.reject(failure);
  }
}
