import { type Egress, exchange } from '../../egress/client.js';
import { EgressGuard, type EgressPolicy } from '../../egress/egress-policy.js';
import { Resolver } from '../../egress/resolver.js';
import { TlsClient } from '../../egress/tls-client.js';
import { type ProbeResult, type ProbeRequest, Prober } from '../result/probe-result.js';
import { CLOSED, InFlight, abortedProbe } from './in-flight.js';
import { isExpensive, evaluateProbe } from './probe-evaluator.js';
import type { EvaluatorThread } from './evaluator-thread.js';
import { LoopDelay } from './loop-delay.js';
import { outboundRequestOf } from './outbound-request.js';

/** What a prober begins with. Plain data, so that it can be sent to a worker thread. */
export interface ProberSetup {
  readonly policy: EgressPolicy;
  /** As `dns.setServers` takes them. Empty: those of the system. */
  readonly dnsServers: readonly string[];
  /** Authorities in PEM, instead of those of Node.js and `NODE_EXTRA_CA_CERTS`. */
  readonly roots?: readonly string[];
}

/** Makes checks in the thread that it is made in. */
export class LocalProber extends Prober {
  private readonly delay = new LoopDelay();
  private readonly checks = new InFlight();
  private readonly resolver: Resolver;
  private readonly tls: TlsClient;
  private egress: Egress;
  private isClosed = false;

  /** `onTrouble` is told of what should not happen. What may take long is judged by `judges`, or here where there is none. */
  constructor(
    { policy, dnsServers, roots }: ProberSetup,
    private readonly onTrouble: (error: unknown) => void,
    private readonly judges?: EvaluatorThread,
  ) {
    super();
    this.resolver = new Resolver({ servers: dnsServers });
    this.tls = new TlsClient(roots);
    this.tls.prepare();
    this.egress = this.egressBy(policy);
  }

  /** `atWork` is called whenever this thread goes to work on the check. */
  probe(probe: ProbeRequest, atWork: () => void = () => {}): Promise<ProbeResult> {
    if (this.isClosed) return Promise.resolve(abortedProbe(CLOSED));
    const { id, finding } = this.checks.start();
    this.check(probe, atWork).then(
      (found) => this.checks.settle(id, found),
      (error: unknown) => {
        this.onTrouble(error);
        this.checks.settle(id, abortedProbe('The check failed for a reason of its own.'));
      },
    );
    return finding;
  }

  private async check(probe: ProbeRequest, atWork: () => void): Promise<ProbeResult> {
    atWork();
    const stalledBefore = this.delay.stalledMs;
    const found = await exchange(outboundRequestOf(probe), this.egress, atWork);
    atWork();
    const stalledMs = this.delay.stalledMs - stalledBefore;
    return this.judges && isExpensive(probe, found, this.judges.sizeOf)
      ? this.judges.judge({ probe, exchange: found, stalledMs })
      : evaluateProbe(probe, found, stalledMs);
  }

  get inFlight(): number {
    return this.checks.size;
  }

  delayMs(): number {
    return this.delay.p99Ms;
  }

  setPolicy(policy: EgressPolicy): void {
    this.egress = this.egressBy(policy);
  }

  private egressBy(policy: EgressPolicy): Egress {
    return { resolver: this.resolver, guard: new EgressGuard(policy), tls: this.tls };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.delay.stop();
    this.checks.settleAll(() => abortedProbe(CLOSED));
    await this.judges?.close();
  }
}
