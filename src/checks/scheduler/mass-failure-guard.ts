import type { ProbeResult } from '../result/probe-result.js';
import { ResponseLog } from './response-log.js';
import { MassFailureDetector, WINDOW } from './mass-failure-detector.js';
import { KnownHosts, type Place, type NetworkScope } from './known-hosts.js';
import { networkEvidenceOf, type Shown } from './network-evidence.js';

/** One finished check. Times are milliseconds of one clock, best a monotonic one. */
export interface Judged {
  readonly monitorId: string;
  readonly host: string;
  /** Whether the monitor is not down by what is believed so far. */
  readonly wasUp: boolean;
  /** Whether it was in doubt when this process took it over, and nothing was concluded since. */
  readonly wasDoubted: boolean;
  readonly finding: Shown & Pick<ProbeResult, 'address'>;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/**
 * What to do with a finding. Without `isBelieved` it is inconclusive, and the monitor is to be checked again
 * soon. `ask` are monitors whose checks, made at once, would tell more: whether our network works, or now
 * that it does, what is true of those that were not believed.
 */
export interface Decision {
  readonly isBelieved: boolean;
  readonly ask: readonly string[];
}

const BELIEVE: Decision = { isBelieved: true, ask: [] };
const reaches = ['public', 'local'] as const satisfies readonly NetworkScope[];

/** When something is heard from there, it shows that targets here can be reached. */
const shows: Readonly<Record<NetworkScope, readonly NetworkScope[]>> = { public: reaches, local: ['local'] };

/**
 * Tells an outage of our own network from outages of targets: when very many monitors at several endpoints
 * fall silent within a minute, each is believed only after it failed again, and after an answer from elsewhere
 * showed that our network worked when that check began. Those that were believed before so many were silent are
 * in doubt again with the others. It wants every finding of this process, but for
 * checks that overlap a standstill.
 *
 * Local and public addresses are told apart: an answer from the same building does not show that the
 * internet can be reached.
 */
export class MassFailureGuard {
  private readonly hosts = new KnownHosts();
  private readonly answers: Record<NetworkScope, ResponseLog> = {
    public: new ResponseLog(),
    local: new ResponseLog(),
  };
  private readonly watches: Record<NetworkScope, MassFailureDetector> = {
    public: new MassFailureDetector(),
    local: new MassFailureDetector(),
  };

  /** How many monitors this process checks. */
  setActive(monitors: number): void {
    for (const reach of reaches) this.watches[reach].active = monitors;
  }

  judge(check: Judged): Decision {
    const { monitorId, host, finding, startedAt, finishedAt: now } = check;
    const place = this.hosts.see(host, finding.address, now);
    const watch = this.watches[place.reach];
    watch.checked(monitorId, now);
    const { kind, askedAt, heardAt } = networkEvidenceOf(finding, startedAt, now);
    const ask = heardAt === null ? [] : this.hear(check, place.reach, heardAt);
    if (kind === 'silence') {
      const ruling = this.judgeSilence(check, place, askedAt);
      return { ...ruling, ask: [...ask, ...ruling.ask] };
    }
    if (kind === 'answer') watch.acquit(monitorId);
    return ask.length > 0 ? { isBelieved: true, ask } : BELIEVE;
  }

  isTripped(now: number): boolean {
    return this.reason(now) !== null;
  }

  /** Why silence is not believed at once, for people; null while it is. */
  reason(now: number): string | null {
    return this.watches.public.reason(now) ?? this.watches.local.reason(now);
  }

  /** Of each alarm, the suspect that was heard of longest ago: somebody must look whether it is over. */
  lookouts(now: number): string[] {
    return reaches.flatMap((reach) => {
      const watch = this.watches[reach];
      const [first] = watch.reason(now) === null ? [] : watch.suspectIds;
      return first ?? [];
    });
  }

  /** Something came from the other side by `heardAt`. Answers the suspects about whom one more check tells now. */
  private hear({ monitorId, host, startedAt }: Judged, reach: NetworkScope, heardAt: number): string[] {
    this.answers[reach].note(monitorId, host, startedAt, heardAt);
    return shows[reach].flatMap((each) =>
      this.watches[each].answered(startedAt, heardAt) ? [...this.watches[each].suspectIds] : [],
    );
  }

  private judgeSilence(check: Judged, { reach, endpoint }: Place, askedAt: number): Decision {
    const { monitorId, host, wasUp, wasDoubted, finishedAt: now } = check;
    const watch = this.watches[reach];
    this.answers[reach].forget(host);
    watch.failed(now);
    const suspectedAt = watch.suspectedAt(monitorId);
    if (!wasUp && suspectedAt === undefined && !wasDoubted) return BELIEVE;
    watch.turnedBad(monitorId, endpoint, now);
    if (suspectedAt !== undefined && this.isConfirmed(suspectedAt, askedAt, reach)) {
      watch.acquit(monitorId);
      return BELIEVE;
    }
    const accused = watch.trips(askedAt, now, (since) => this.hasAnswerSince(since, reach));
    const isNew = suspectedAt === undefined && !wasDoubted;
    const isOld = suspectedAt !== undefined && askedAt >= suspectedAt + WINDOW;
    if (accused === null && (isNew || isOld)) {
      watch.release(monitorId);
      return BELIEVE;
    }
    watch.suspect(monitorId, now);
    const others = (accused ?? []).filter((id) => id !== monitorId);
    return { isBelieved: false, ask: [...this.witness(reach), ...others] };
  }

  /** Whether a check that failed again tells of its target: our network worked since it was suspected, and shortly before it was asked. */
  private isConfirmed(suspectedAt: number, askedAt: number, reach: NetworkScope): boolean {
    const since = Math.max(suspectedAt, askedAt - WINDOW);
    return this.telling(reach).some((answers) => answers.liesWithin(since, askedAt));
  }

  private hasAnswerSince(since: number, reach: NetworkScope): boolean {
    return this.telling(reach).some((answers) => answers.lastStart >= since);
  }

  private witness(reach: NetworkScope): string[] {
    const [first] = this.telling(reach).flatMap((answers) => answers.witness() ?? []);
    return first === undefined ? [] : [first];
  }

  /** Whose answers show that targets within `reach` can be reached. */
  private telling(reach: NetworkScope): ResponseLog[] {
    const { local, public: global } = this.answers;
    return reach === 'local' ? [local, global] : [global];
  }
}
