import type { Socket } from 'node:net';

/** How long a caller has for reading the last answer of a connection while it sends, in milliseconds. */
const LINGER_MS = 1_000;

/** How many bytes are read of what it sends meanwhile. */
const LINGER_BYTES = 1024 * 1024;

/**
 * Has `socket` end after its last answer as RFC 9112, 9.6 wants it: a connection that is closed while the other side
 * sends is reset, and the answer lost with it. What comes is thrown away without being parsed, and only for a while.
 */
export function lingerAfterLastAnswer(socket: Socket): void {
  // What Node calls once the answer is written that says `Connection: close`.
  socket.destroySoon = () => linger(socket);
}

function linger(socket: Socket): void {
  if (socket.destroyed || socket.writableEnded) return;
  socket.removeAllListeners('data');
  socket.pause();
  socket.end(() => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    let rest = LINGER_BYTES;
    socket.on('data', ({ length }: Buffer) => {
      rest -= length;
      if (rest < 0) socket.pause();
    });
    socket.resume();
  });
}
