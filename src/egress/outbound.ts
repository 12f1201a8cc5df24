import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { type Egress, exchange } from './client.js';
import {
  EgressGuard,
  type EgressPolicy,
  type Endpoints,
  networkTexts,
  type Service,
  serviceAt,
} from './egress-policy.js';
import type { HttpExchange, OutboundRequest } from './exchange.js';
import { Resolver } from './resolver.js';
import { TlsClient } from './tls-client.js';

const SMTP_PORT = 587;
const SMTPS_PORT = 465;

/** The servers that belong to the program. */
const servicesOf = ({ databaseUrl, smtpUrl }: Config): Service[] => [
  ...(databaseUrl ? [{ host: databaseUrl.host, port: databaseUrl.port }] : []),
  ...(smtpUrl ? [serviceAt(smtpUrl, smtpUrl.protocol === 'smtps:' ? SMTPS_PORT : SMTP_PORT)] : []),
];

/** Each once, in one order, so that what is the same looks the same. */
const distinct = <T>(values: readonly T[]): T[] =>
  [...new Set(values.map((value) => JSON.stringify(value)))].toSorted().map((text) => JSON.parse(text) as T);

/** What the main thread sends to others, and the policy that holds for everything this program sends. */
@Injectable()
export class Outbound {
  private readonly resolver: Resolver;
  /** Nobody here asks when a certificate ends. */
  private readonly tls = new TlsClient(undefined, false);
  private readonly listeners: Array<(policy: EgressPolicy) => void> = [];
  /** What stays closed to the requests of every process for the sake of this one. */
  readonly ownServices: readonly Service[];
  private ownPorts: readonly number[];
  private others: readonly Endpoints[] = [];
  private current: EgressPolicy;
  private egress: Egress;

  constructor(private readonly config: Config) {
    this.ownServices = servicesOf(config);
    this.ownPorts = config.port === 0 ? [] : [config.port];
    this.current = this.judged();
    this.resolver = new Resolver({ servers: config.dnsServers });
    this.egress = this.egressBy(this.current);
  }

  get policy(): EgressPolicy {
    return this.current;
  }

  /** Keeps a port closed that this program listens on. One that is chosen by the system is known only then. */
  closeOwnPort(port: number): void {
    this.ownPorts = [...this.ownPorts, port];
    this.renew();
  }

  /** Keeps closed what other processes keep closed. */
  closeOthers(others: readonly Endpoints[]): void {
    this.others = others;
    this.renew();
  }

  onPolicyChange(listener: (policy: EgressPolicy) => void): void {
    this.listeners.push(listener);
  }

  /** Sends a request where the policy lets it. Never rejects: see `exchange`. */
  exchange(request: OutboundRequest): Promise<HttpExchange> {
    return exchange(request, this.egress);
  }

  private judged(): EgressPolicy {
    return {
      allow: networkTexts(this.config.egressAllow),
      ownPorts: distinct([...this.ownPorts, ...this.others.flatMap(({ ports }) => ports)]),
      services: distinct([...this.ownServices, ...this.others.flatMap(({ services }) => services)]),
    };
  }

  private renew(): void {
    const policy = this.judged();
    if (JSON.stringify(policy) === JSON.stringify(this.current)) return;
    this.current = policy;
    this.egress = this.egressBy(policy);
    for (const listener of this.listeners) listener(policy);
  }

  private egressBy(policy: EgressPolicy): Egress {
    const { resolver, tls } = this;
    return { resolver, guard: new EgressGuard(policy), tls };
  }
}
