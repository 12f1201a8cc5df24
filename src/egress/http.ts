import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import { Incoming } from './incoming.js';
import { headOf, type Step } from './request-head.js';
import { ResponseReader } from './response-reader.js';
import type { Trace } from './trace.js';

interface Options {
  /** Whether the body of the response is of interest. */
  readonly readBody: boolean;
  /** Whether what is not as RFC 9112 has it is refused. */
  readonly isStrict: boolean;
}

/**
 * Sends the request of `step` over `connection`, and gives its response when the head of that has come. Rejects
 * with an error of the socket or a `Failure`.
 */
export async function send(
  connection: Socket,
  step: Step,
  { readBody, isStrict }: Options,
  trace: Trace,
): Promise<Incoming> {
  const request = requestOf(step, readBody);
  trace.enter('response');
  const begun = new Incoming(connection, new ResponseReader(step.method, isStrict)).begun(trace);
  connection.write(request, () => {
    // Some servers answer before they have heard all.
    if (trace.stage === 'response') trace.enter('response');
  });
  return begun;
}

/** As it goes over the wire. Throws an error of `node:http` for a field that cannot be sent. */
function requestOf(step: Step, readBody: boolean): Buffer {
  const { url, method, body } = step;
  const head = headOf(step, readBody);
  let text = `${method} ${url.pathname}${url.search} HTTP/1.1\r\n`;
  for (let at = 0; at < head.length; at += 2) {
    const name = head[at]!;
    const value = head[at + 1]!;
    validateHeaderName(name);
    validateHeaderValue(name, value);
    text += `${name}: ${value}\r\n`;
  }
  const bytes = Buffer.from(`${text}\r\n`, 'latin1');
  return body === null ? bytes : Buffer.concat([bytes, Buffer.from(body)]);
}
