import type { IncomingHttpHeaders } from 'node:http';
import { compareWritten, matchesRepresentation } from '../common/etag.js';
import { PreconditionFailed } from '../problems/common.problems.js';
import type { Problem } from '../problems/problem.js';

const refusals = {
  weak: 'The entity tag in If-Match is weak (W/"..."), and a weak one matches nothing there (RFC 9110, 13.1.1). The resource has not changed: a proxy made the tag weak when it compressed the answer. Read it with Accept-Encoding: identity, or have the proxy leave /v1 uncompressed.',
  other: 'The resource was changed since you read it.',
  'no-tag':
    'If-Match holds no entity tag. Send the ETag of the answer as you received it, in its double quotes.',
} as const;

const NO_TAG_HERE =
  'What is at this address has no entity tag, so none matches it: leave If-Match out, or send it with *.';

/**
 * The conditions of a request (RFC 9110, 13): `If-Match` first, then `If-None-Match`. `If-Unmodified-Since` and
 * `If-Modified-Since` are ignored, as 13.1.3 and 13.1.4 ask of a server that keeps no modification dates.
 */
export class Preconditions {
  private isJudged = false;
  private failure: Problem | null = null;

  private constructor(
    private readonly ifMatch: string | undefined,
    private readonly ifNoneMatch: string | undefined,
  ) {}

  /** Null for a request without conditions. */
  static of(headers: IncomingHttpHeaders): Preconditions | null {
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
    if (ifMatch === undefined && ifNoneMatch === undefined) return null;
    return new Preconditions(ifMatch, ifNoneMatch);
  }

  /**
   * Holds the conditions against the resource that a request is about to change. What comes of it is for
   * `requireMet` to say: a request that is refused for another reason is not refused for its conditions (13.2.1).
   */
  judge(tag: string): void {
    this.isJudged = true;
    this.failure = this.failureFor(tag);
  }

  /** Throws `PreconditionFailed`, before a change takes effect. A condition that nobody judged meets an address without a tag. */
  requireMet(): void {
    const failure = this.isJudged ? this.failure : this.failureFor(null);
    if (failure) throw failure;
  }

  /** Whether a reader has the representation with this tag, so that 304 says all. Throws `PreconditionFailed`. */
  isKnown(tag: string | null): boolean {
    this.requireMatch(tag);
    return tag !== null && this.ifNoneMatch !== undefined && matchesRepresentation(this.ifNoneMatch, tag);
  }

  private requireMatch(tag: string | null): void {
    const failure = this.mismatch(tag);
    if (failure) throw failure;
  }

  private failureFor(tag: string | null): Problem | null {
    return this.mismatch(tag) ?? this.presence(tag);
  }

  private mismatch(tag: string | null): Problem | null {
    if (this.ifMatch === undefined) return null;
    const how = compareWritten(this.ifMatch, tag);
    if (how === 'same') return null;
    return new PreconditionFailed(tag === null && how === 'other' ? NO_TAG_HERE : refusals[how]);
  }

  private presence(tag: string | null): Problem | null {
    if (this.ifNoneMatch === undefined || !matchesRepresentation(this.ifNoneMatch, tag ?? '')) return null;
    return new PreconditionFailed(
      'If-None-Match names what is there: the request was to change nothing then.',
    );
  }
}
