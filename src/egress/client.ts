import type { Socket } from 'node:net';
import { type Body, readBeginning, readBody } from './body.js';
import { connectToOne } from './connection.js';
import { destinationsOf, hostOf, portOf } from './destination.js';
import { EgressGuard, type EgressPolicy } from './egress-policy.js';
import type { HttpExchange, InboundResponse, OutboundRequest } from './exchange.js';
import { Failure, failureOf, protocolError } from './failure.js';
import { send } from './http.js';
import type { Incoming } from './incoming.js';
import { isRedirection, redirected } from './redirection.js';
import type { Step } from './request-head.js';
import { Resolver } from './resolver.js';
import { TlsClient } from './tls-client.js';
import { Trace, type Stage } from './trace.js';

/** What exchanges share. One per thread. */
export interface Egress {
  readonly resolver: Resolver;
  readonly guard: EgressGuard;
  readonly tls: TlsClient;
}

/** `dnsServers` as `dns.setServers` takes them; none for those of the system. */
export const createEgress = (policy: EgressPolicy, dnsServers: readonly string[] = []): Egress => ({
  resolver: new Resolver({ servers: dnsServers }),
  guard: new EgressGuard(policy),
  tls: new TlsClient(),
});

const MAX_REDIRECTIONS = 5;

/** How long the beginning of a body is waited for that nobody needs. */
const PATIENCE_MS = 1_000;

const notHttpUrl = protocolError('The URL is not an HTTP URL.');
const tooMany = new Failure('too-many-redirects', `More than ${MAX_REDIRECTIONS} redirections were met.`);

const late = (detail: string) => new Failure('timeout', detail);

const LATE: Readonly<Record<Exclude<Stage, 'dns' | 'connect'>, Failure>> = {
  tls: late('The TLS handshake was not complete in time.'),
  response: late('No response came in time.'),
  body: late('The body of the response was not complete in time.'),
};

function lateness({ stage, lap, connecting }: Trace, { resolver }: Egress): Failure {
  if (stage === 'dns') return resolver.failureOfSilence(lap);
  return stage === 'connect' ? connecting!() : LATE[stage];
}

/**
 * Makes a request over a connection of its own, and follows its redirections. Never rejects: whatever goes wrong
 * is in the result. `atWork` is called before each piece of what comes is worked on. Everything it opened is closed when it resolves, which is at the deadline at the latest.
 */
export async function exchange(
  request: OutboundRequest,
  egress: Egress,
  atWork?: () => void,
): Promise<HttpExchange> {
  const trace = new Trace(atWork);
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const expire = () => reject(lateness(trace, egress));
    // What came while this process was busy elsewhere came in time, and is looked at first.
    timer = setTimeout(() => setImmediate(expire), request.timeoutMs);
  });
  try {
    return trace.answered(await Promise.race([follow(request, egress, trace), deadline]));
  } catch (error) {
    return trace.failed(failureOf(error));
  } finally {
    clearTimeout(timer);
    trace.end();
  }
}

async function follow(request: OutboundRequest, egress: Egress, trace: Trace): Promise<InboundResponse> {
  let step = firstStep(request);
  for (let redirections = 0; ; redirections++) {
    const response = await ask(step, request, egress, trace);
    const { statusCode, headers } = response.head;
    const location = headers.get('location');
    if (!request.followRedirects || !isRedirection(statusCode, location))
      return responseOf(response, request, trace);
    if (redirections === MAX_REDIRECTIONS) throw tooMany;
    step = redirected(step, statusCode, location);
    trace.nextHop();
  }
}

function firstStep({ url, method, headers, body }: OutboundRequest): Step {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw notHttpUrl;
  return { url: parsed, method, headers, body };
}

/** One request, over a connection whose address was found, judged and compared for it alone. */
async function ask(
  step: Step,
  { verifyTls, readBody: isBodyWanted, strictHttp = false }: OutboundRequest,
  { guard, resolver, tls }: Egress,
  trace: Trace,
): Promise<Incoming> {
  const { url } = step;
  const addresses = await destinationsOf(url, guard, async (name) => {
    const found = await resolver.resolve(name);
    trace.note('dns');
    return found;
  });
  trace.enter('connect');
  let connection: Socket = await connectToOne(addresses, portOf(url), trace);
  trace.note('connect');
  if (url.protocol === 'https:') {
    trace.enter('tls');
    connection = await tls.secure(connection, hostOf(url), verifyTls, trace);
    trace.note('tls');
  }
  return send(connection, step, { readBody: isBodyWanted, isStrict: strictHttp }, trace);
}

async function responseOf(
  response: Incoming,
  request: OutboundRequest,
  trace: Trace,
): Promise<InboundResponse> {
  trace.enter('body');
  const content = await contentOf(response, request, trace);
  const { statusCode, headers } = response.head;
  return { statusCode, headers: Object.fromEntries(headers), ...content };
}

const UNREAD: Body = { body: Buffer.alloc(0), isCut: false };

/** Types of content that goes on for as long as somebody listens. */
const STREAM = /^(?:text\/event-stream|multipart\/x-mixed-replace)\b/i;

function contentOf(
  response: Incoming,
  { readBody: isBodyWanted, takesStreams, strictHttp = false, expectedStatus, timeoutMs }: OutboundRequest,
  trace: Trace,
): Body | Promise<Body> {
  const { statusCode, headers } = response.head;
  if (expectedStatus !== undefined && statusCode !== expectedStatus)
    return readBeginning(response, trace, Math.min(PATIENCE_MS, timeoutMs - trace.elapsed));
  const isEndless = takesStreams === true && STREAM.test(headers.get('content-type') ?? '');
  return isBodyWanted && !isEndless ? readBody(response, strictHttp, trace) : UNREAD;
}
