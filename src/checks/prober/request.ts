import type { OutboundRequest } from '../../egress/exchange.js';
import type { Probe } from '../probe.js';

const NEEDING_BODY: ReadonlySet<string> = new Set(['body', 'json']);

/** What is sent for a probe. Of an expected response the body is read only where an assertion needs it. */
export const requestOf = ({ assertions, ...request }: Probe): OutboundRequest => ({
  ...request,
  readBody: assertions.some(({ type }) => NEEDING_BODY.has(type)),
});
