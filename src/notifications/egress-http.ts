import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { type Egress, exchange } from '../egress/client.js';
import { EgressGuard, networkTexts, serviceAt } from '../egress/egress-policy.js';
import type { Exchange, OutboundRequest } from '../egress/exchange.js';
import { Resolver } from '../egress/resolver.js';
import { TlsClient } from '../egress/tls-client.js';
import { Http } from './http.js';

const MYSQL_PORT = 3306;

/** Posts messages where the policy of this program lets it: not to its own port, nor to its database. */
@Injectable()
export class EgressHttp extends Http {
  private readonly egress: Egress;

  constructor({ egressAllow, databaseUrl, dnsServers, port }: Config) {
    super();
    const services = databaseUrl ? [serviceAt(databaseUrl, MYSQL_PORT)] : [];
    this.egress = {
      resolver: new Resolver({ servers: dnsServers }),
      guard: new EgressGuard({ allow: networkTexts(egressAllow), ownPorts: [port], services }),
      tls: new TlsClient(),
    };
  }

  exchange(request: OutboundRequest): Promise<Exchange> {
    return exchange(request, this.egress);
  }
}
