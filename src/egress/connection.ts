import { connect, type Socket } from 'node:net';
import { addressNotAllowed, connectionReset, Failure, failureOf } from './failure.js';
import { plainAddress } from './plain-address.js';
import type { Address } from './resolver.js';
import type { Trace } from './trace.js';

const CONNECT_MS = 5_000;
const MAX_ATTEMPTS = 4;

const tooSlow = new Failure('timeout', 'The connection was not accepted in time.');

/** A TCP connection to exactly `address`: it is compared before anything is sent. Rejects with an error of the socket or a `Failure`. */
function connectTo(address: Address, port: number, withinMs: number, trace: Trace): Promise<Socket> {
  const socket = trace.hold(connect({ host: address, port, noDelay: true }));
  const timer = setTimeout(() => socket.destroy(tooSlow), withinMs);
  return new Promise((resolve, reject) => {
    // It stays for the socket's whole life, because an error that nobody listens for ends the process.
    socket.on('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(connectionReset);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      const { remoteAddress } = socket;
      if (remoteAddress === undefined) reject(connectionReset);
      else if (remoteAddress === address || plainAddress(remoteAddress) === address) resolve(socket);
      else reject(addressNotAllowed);
    });
  });
}

/**
 * A connection to the first of `addresses` that takes one. They are tried one after the other, four of them at
 * most; each has its share of the time that is left of five seconds. Where all fail, that of an address
 * that failed by itself says more than that of one which this machine cannot reach.
 */
export async function connectToOne(
  addresses: readonly Address[],
  port: number,
  trace: Trace,
): Promise<Socket> {
  const candidates = addresses.slice(0, MAX_ATTEMPTS);
  const until = performance.now() + CONNECT_MS;
  let worst: { address: Address; failure: Failure } | null = null;
  for (const [index, address] of candidates.entries()) {
    trace.address = address;
    const share = (until - performance.now()) / (candidates.length - index);
    try {
      return await connectTo(address, port, share, trace);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === addressNotAllowed) {
        trace.address = null;
        throw failure;
      }
      if (!worst || worst.failure.isOwnTrouble) worst = { address, failure };
    }
  }
  trace.address = worst!.address;
  throw worst!.failure;
}
