import { request as open, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Failure, protocolError } from './failure.js';
import { headOf, type Step } from './request-head.js';
import type { Trace } from './trace.js';

/** Bytes. */
const MAX_HEAD = 16_384;
const MAX_INFORMATIONAL = 20;

const unasked = protocolError('The response changes to a protocol that was not asked for.');
const endless = protocolError('The response has too many informational ones before it.');

/**
 * Sends the request of `step` over `connection`, and gives the head of its response. Rejects with an error of
 * the socket, of the parser or a `Failure`.
 *
 * Given a connection, Node.js asks no agent, and so neither a pool nor the proxies of the environment.
 */
export function send(
  connection: Socket,
  step: Step,
  readBody: boolean,
  trace: Trace,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let informational = 0;
    const refuse = (failure: Failure) => {
      reject(failure);
      connection.destroy();
    };
    const { url, method, body } = step;
    trace.enter('response');
    const request = open({
      method,
      path: url.pathname + url.search,
      headers: headOf(step, readBody),
      createConnection: () => connection,
      maxHeaderSize: MAX_HEAD,
      setHost: false,
    });
    request
      .on('error', reject)
      .on('finish', () => {
        // Some servers answer before they have heard all.
        if (trace.stage === 'response') trace.enter('response');
      })
      .on('socket', () => connection.once('data', () => trace.note('firstByte')))
      .on('information', () => {
        if (++informational > MAX_INFORMATIONAL) refuse(endless);
      })
      .on('upgrade', () => refuse(unasked))
      .on('response', (response) => {
        // The parser tells the request of faults in the body, and those who read the body listen to the response.
        request.on('error', (error) => response.destroy(error));
        response.on('error', () => {});
        resolve(response);
      })
      // Bytes, because text would be sent together with the head, and in one encoding.
      .end(body === null ? undefined : Buffer.from(body));
  });
}

/** The fields of a response's head, as `InboundResponse.headers` has them. */
export function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? rawHeaders[at + 1]! : `${earlier}, ${rawHeaders[at + 1]!}`);
  }
  return Object.fromEntries(fields);
}
