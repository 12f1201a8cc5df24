import type { CheckError, Finding } from '../probe.js';
import { Answers } from './answers.js';
import { FailureWatch, WINDOW } from './failure-watch.js';
import { KnownHosts, type Reach } from './known-hosts.js';

/** What an outage of our own network looks like. */
const networkErrors: ReadonlySet<CheckError | null> = new Set<CheckError>([
  'timeout',
  'connection-refused',
  'connection-reset',
  'dns-failed',
  'tls-failed',
  'protocol-error',
]);

/** With fewer hosts than this, their outage and ours look the same. */
const TELLING_HOSTS = 3;

/** One finished check. Times are milliseconds of one clock, best a monotonic one. */
export interface Judged {
  readonly monitorId: string;
  readonly host: string;
  /** Whether the monitor is up, or was never checked, by what is believed so far. */
  readonly wasUp: boolean;
  readonly finding: Pick<Finding, 'error' | 'statusCode' | 'address'>;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/**
 * What to do with a finding. `recheck`: it is inconclusive, and the monitor is to be checked again soon.
 * `witness` is a monitor whose check, made at once, would show whether our network works.
 */
export type Ruling =
  { readonly kind: 'believe' } | { readonly kind: 'recheck'; readonly witness: string | null };

const BELIEVE: Ruling = { kind: 'believe' };

/** Any HTTP answer shows that the network works; too many redirections are answers too. */
const hasAnswer = ({ statusCode, error }: Judged['finding']): boolean =>
  statusCode !== null || error === 'too-many-redirects';

/**
 * Tells an outage of our own network from outages of targets: when very many monitors turn bad within a
 * minute, each is believed only after it failed again, and after an answer from elsewhere showed that our
 * network worked when that check began. It wants every finding of this process, but for checks that overlap
 * a standstill.
 *
 * Local and public addresses are told apart: an answer from the same building does not show that the
 * internet can be reached.
 */
export class MassFailureGuard {
  private readonly hosts = new KnownHosts();
  private readonly answers: Record<Reach, Answers> = { public: new Answers(), local: new Answers() };
  private readonly watches: Record<Reach, FailureWatch> = {
    public: new FailureWatch(),
    local: new FailureWatch(),
  };

  /** How many monitors this process checks. */
  setActive(monitors: number): void {
    this.watches.public.active = monitors;
    this.watches.local.active = monitors;
  }

  judge(check: Judged): Ruling {
    const { monitorId, host, finding, startedAt, finishedAt: now } = check;
    const reach = this.hosts.see(host, finding.address, now);
    const watch = this.watches[reach];
    watch.checked(monitorId, now);
    if (hasAnswer(finding)) {
      this.answers[reach].note(monitorId, host, startedAt, now);
      watch.answered(startedAt, now);
    } else if (networkErrors.has(finding.error)) {
      return this.judgeFailure(check, reach);
    }
    watch.acquit(monitorId);
    return BELIEVE;
  }

  isTripped(now: number): boolean {
    return this.reason(now) !== null;
  }

  /** Why bad checks are not believed at once, for people; null while they are. */
  reason(now: number): string | null {
    return this.watches.public.reason(now) ?? this.watches.local.reason(now);
  }

  private judgeFailure({ monitorId, host, wasUp, startedAt, finishedAt: now }: Judged, reach: Reach): Ruling {
    const watch = this.watches[reach];
    this.answers[reach].forget(host);
    watch.failed(now);
    if (!wasUp) {
      watch.acquit(monitorId);
      return BELIEVE;
    }
    watch.turnedBad(monitorId, now);
    const suspectedAt = watch.suspectedAt(monitorId);
    const isBelieved =
      suspectedAt === undefined
        ? !watch.trips(startedAt, now, (since) => this.hasAnswerSince(since, reach))
        : this.isConfirmed(suspectedAt, startedAt, reach);
    if (isBelieved) {
      watch.release(monitorId);
      return BELIEVE;
    }
    watch.suspect(monitorId, now);
    return { kind: 'recheck', witness: this.witness(reach) };
  }

  /** Whether a check that failed again tells of its target. */
  private isConfirmed(suspectedAt: number, startedAt: number, reach: Reach): boolean {
    if (this.hosts.count(reach) < TELLING_HOSTS) return true;
    const since = Math.max(suspectedAt, startedAt - WINDOW);
    return this.telling(reach).some((answers) => answers.liesWithin(since, startedAt));
  }

  private hasAnswerSince(since: number, reach: Reach): boolean {
    return this.telling(reach).some((answers) => answers.lastStart >= since);
  }

  private witness(reach: Reach): string | null {
    const [first, second] = this.telling(reach).map((answers) => answers.witness());
    return first ?? second ?? null;
  }

  /** Whose answers show that targets within `reach` can be reached. */
  private telling(reach: Reach): Answers[] {
    const { local, public: global } = this.answers;
    return reach === 'local' ? [local, global] : [global];
  }
}
