import type { OutboundRequest } from '../../egress/exchange.js';
import type { ProbeRequest } from '../result/probe-result.js';

const NEEDING_BODY: ReadonlySet<string> = new Set(['body', 'json']);

/**
 * What is sent for a probe. The body of an expected response is read in any case, so that one that is cut off is
 * found; but where no assertion looks at it, a stream by its type is complete with its head.
 */
export const outboundRequestOf = ({ assertions, ...request }: ProbeRequest): OutboundRequest => ({
  ...request,
  readBody: true,
  takesStreams: !assertions.some(({ type }) => NEEDING_BODY.has(type)),
});
