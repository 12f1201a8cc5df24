import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { Anchors, endsOf, pathOf } from './certificate-path.js';
import type { Certificate } from './exchange.js';

const MAX_NAME = 200;

/** The certificate and those of its issuers, as far as the other side sent them or this machine has them. */
function* chainOf(leaf: DetailedPeerCertificate): Generator<DetailedPeerCertificate> {
  const seen = new Set<string>();
  let current: DetailedPeerCertificate | undefined = leaf;
  while (current?.fingerprint256 && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    yield current;
    current = current.issuerCertificate;
  }
}

/** The common name, or else all of the name. */
function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const { CN, ...rest } = { ...name } as Record<string, string | string[]>;
  const text = CN
    ? [CN].flat()[0]!
    : Object.entries(rest)
        .map(([type, value]) => `${type}=${String(value)}`)
        .join(', ');
  return text.slice(0, MAX_NAME);
}

/** Chains whose path is known. */
const MAX_PATHS = 1_000;

/**
 * Reads what is told of certificates. It remembers the paths of chains: building one takes as long as an
 * exchange. A path is that of one whole chain, for servers show the same certificate with different ones.
 */
export class CertificateReader {
  private readonly paths = new LRUCache<string, readonly number[]>({ max: MAX_PATHS });
  private known: Anchors | undefined;

  /** `roots`: as `Anchors` takes them. */
  constructor(private readonly roots?: readonly string[]) {}

  /**
   * Of `certificate`, the one of the other side with those of its issuers; null where it has shown none.
   *
   * Of a chain that was accepted (`isAccepted`), what has already ended was not needed to accept it: servers
   * send such remainders for old clients.
   */
  read(certificate: DetailedPeerCertificate, isAccepted: boolean): Certificate | null {
    const { subject, issuer } = certificate;
    const ends = this.endsOf([...chainOf(certificate)]);
    const relevant = isAccepted ? ends.filter((end) => end > Date.now()) : ends;
    if (relevant.length === 0) return null;
    return { expiresAt: Math.min(...relevant), subject: nameOf(subject), issuer: nameOf(issuer) };
  }

  /** Reads the authorities, which takes a while, before the first certificate comes. */
  prepare(): void {
    this.known ??= new Anchors(this.roots);
  }

  private endsOf(chain: readonly DetailedPeerCertificate[]): readonly number[] {
    const key = chain.map(({ fingerprint256 }) => fingerprint256).join(' ');
    const known = this.paths.get(key);
    if (known) return known;
    this.prepare();
    const ends = endsOf(
      pathOf(
        chain.map(({ raw }) => new X509Certificate(raw)),
        this.known!,
      ),
    );
    this.paths.set(key, ends);
    return ends;
  }
}
