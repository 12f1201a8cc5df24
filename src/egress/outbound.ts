import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { type Egress, exchange } from './client.js';
import { EgressGuard, type EgressPolicy, networkTexts } from './egress-policy.js';
import type { Exchange, OutboundRequest } from './exchange.js';
import { Resolver } from './resolver.js';
import { TlsClient } from './tls-client.js';

/** What the main thread sends to others, and the policy that holds for everything this program sends. */
@Injectable()
export class Outbound {
  private readonly resolver: Resolver;
  /** Nobody here asks when a certificate ends. */
  private readonly tls = new TlsClient(undefined, false);
  private readonly listeners: Array<(policy: EgressPolicy) => void> = [];
  private current: EgressPolicy;
  private egress: Egress;

  constructor({ egressAllow, databaseUrl, dnsServers }: Config) {
    this.current = {
      allow: networkTexts(egressAllow),
      ownPorts: [],
      services: databaseUrl ? [{ host: databaseUrl.host, port: databaseUrl.port }] : [],
    };
    this.resolver = new Resolver({ servers: dnsServers });
    this.egress = this.egressBy(this.current);
  }

  get policy(): EgressPolicy {
    return this.current;
  }

  /** Keeps a port closed that this program listens on. It is known only then. */
  closeOwnPort(port: number): void {
    this.current = { ...this.current, ownPorts: [...this.current.ownPorts, port] };
    this.egress = this.egressBy(this.current);
    for (const listener of this.listeners) listener(this.current);
  }

  onPolicyChange(listener: (policy: EgressPolicy) => void): void {
    this.listeners.push(listener);
  }

  /** Sends a request where the policy lets it. Never rejects: see `exchange`. */
  exchange(request: OutboundRequest): Promise<Exchange> {
    return exchange(request, this.egress);
  }

  private egressBy(policy: EgressPolicy): Egress {
    const { resolver, tls } = this;
    return { resolver, guard: new EgressGuard(policy), tls };
  }
}
