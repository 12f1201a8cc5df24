import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { schemeOf } from '../forwarding/origin.js';

/** On every answer (OWASP REST security cheat sheet). A page that needs more replaces the policy with its own. */
export const headers = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Pages of our own files: scripts and styles from this server and none in the page, `data:` for the icons in styles. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const YEAR_SECONDS = 31_536_000;

export function addHeaders(
  fastify: FastifyInstance,
  { hstsSubdomains, trustedProxies }: Pick<Config, 'hstsSubdomains' | 'trustedProxies'>,
): void {
  const hsts = `max-age=${YEAR_SECONDS}${hstsSubdomains === 'on' ? '; includeSubDomains' : ''}`;
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('request-id', request.id);
    // RFC 6797, section 7.2: not over plain text. Other names of the domain are not this server's to speak for.
    if (schemeOf(request.raw, { trustedProxies }) === 'https')
      reply.header('strict-transport-security', hsts);
    done();
  });
}
