import { protocolError } from './failure.js';
import type { Step } from './request-head.js';

/** Those of RFC 9110, 15.4 that name another place to ask at. */
const REDIRECTIONS = new Set([301, 302, 303, 307, 308]);

/** What another origin may see of what the caller has set: none of it is a secret. */
const HARMLESS = new Set(['accept', 'accept-language', 'user-agent', 'content-type']);

const unusable = protocolError('The response redirects to something that is not an HTTP URL.');
const downgrade = protocolError('The response redirects from https to http.');
const foreignBody = protocolError(
  'The response redirects to another origin, to which the body of the request is not sent.',
);

/** Whether a response says to ask elsewhere. */
export const isRedirection = (statusCode: number, location: string | undefined): location is string =>
  REDIRECTIONS.has(statusCode) && location !== undefined;

/** A changed method leaves the content behind, and with it what described the content (RFC 9110, 15.4). */
function changesToGet(statusCode: number, method: string): boolean {
  if (statusCode === 303) return method !== 'GET' && method !== 'HEAD';
  return (statusCode === 301 || statusCode === 302) && method === 'POST';
}

const withoutContent = (step: Step): Step => ({
  ...step,
  method: 'GET',
  headers: step.headers.filter(([name]) => !/^content-/i.test(name)),
  body: null,
});

function targetOf(location: string, base: URL): URL {
  const url = URL.canParse(location, base.href) ? new URL(location, base) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') throw unusable;
  if (base.protocol === 'https:' && url.protocol === 'http:') throw downgrade;
  return url;
}

/**
 * The request that follows a redirection. Throws a `Failure` where there is none that is safe.
 *
 * Another origin gets no header that the caller has set but for harmless ones, and no body: both may hold what
 * was meant for the first origin alone.
 */
export function redirected(step: Step, statusCode: number, location: string): Step {
  const url = targetOf(location, step.url);
  const { method, headers, body } = changesToGet(statusCode, step.method) ? withoutContent(step) : step;
  if (url.origin === step.url.origin) return { url, method, headers, body };
  if (body !== null) throw foreignBody;
  return { url, method, body, headers: headers.filter(([name]) => HARMLESS.has(name.toLowerCase())) };
}
