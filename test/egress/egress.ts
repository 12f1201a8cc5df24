import { exchange, type Egress } from '../../src/egress/client.js';
import { EgressGuard, type EgressPolicy } from '../../src/egress/egress-policy.js';
import type { HttpExchange, OutboundRequest } from '../../src/egress/exchange.js';
import { Resolver, type ResolverOptions } from '../../src/egress/resolver.js';
import { TlsClient } from '../../src/egress/tls-client.js';

export interface EgressOptions extends Partial<EgressPolicy>, ResolverOptions {
  readonly roots?: readonly string[];
}

/** May reach all of the IPv4 loopback, and asks no name server, unless a test says otherwise. */
export const egressWith = ({
  allow = ['127.0.0.0/8'],
  ownPorts = [],
  services = [],
  roots,
  ...resolving
}: EgressOptions = {}): Egress => ({
  resolver: new Resolver({ servers: ['127.0.0.1:1'], ...resolving }),
  guard: new EgressGuard({ allow, ownPorts, services }),
  tls: new TlsClient(roots),
});

const DEFAULTS = {
  method: 'GET',
  headers: [],
  body: null,
  timeoutMs: 10_000,
  verifyTls: true,
  followRedirects: true,
  readBody: true,
};

export const ask = (
  url: string,
  { egress = egressWith(), ...request }: Partial<OutboundRequest> & { egress?: Egress } = {},
): Promise<HttpExchange> => exchange({ ...DEFAULTS, ...request, url }, egress);
