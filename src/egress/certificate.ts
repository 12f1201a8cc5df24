import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';
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

interface Chain {
  readonly readAt: number;
  /** Epoch milliseconds. */
  readonly ends: readonly number[];
}

const FRESH_MS = 600_000;
const MAX_CHAINS = 1_000;

/** Reads what is told of certificates. It remembers chains by their first certificate: reading one takes a quarter of an exchange. */
export class CertificateReader {
  private readonly chains = new Map<string, Chain>();

  /**
   * Of `certificate`, the one of the other side of `socket`; null where it has shown none.
   *
   * Of a chain that was accepted (`isAccepted`), what has already ended was not needed to accept it: servers
   * send such remainders for old clients.
   */
  read(certificate: PeerCertificate, socket: TLSSocket, isAccepted: boolean): Certificate | null {
    const { fingerprint256, subject, issuer } = certificate;
    const ends = fingerprint256 ? this.endsOf(fingerprint256, socket) : [];
    const relevant = isAccepted ? ends.filter((end) => end > Date.now()) : ends;
    if (relevant.length === 0) return null;
    return { expiresAt: Math.min(...relevant), subject: nameOf(subject), issuer: nameOf(issuer) };
  }

  private endsOf(fingerprint: string, socket: TLSSocket): readonly number[] {
    const now = performance.now();
    const known = this.chains.get(fingerprint);
    if (known && now - known.readAt < FRESH_MS) return known.ends;
    const chain = [...chainOf(socket.getPeerCertificate(true))];
    const ends = chain.map(({ valid_to }) => Date.parse(valid_to)).filter(Number.isFinite);
    if (this.chains.size >= MAX_CHAINS) this.chains.clear();
    this.chains.set(fingerprint, { readAt: now, ends });
    return ends;
  }
}
