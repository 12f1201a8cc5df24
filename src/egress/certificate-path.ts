import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';

/** Since Node.js 22.15: with `NODE_EXTRA_CA_CERTS`, and what the options of the process add. */
const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => readonly string[] };

const endOf = ({ validTo }: X509Certificate): number => Date.parse(validTo);

const isSelfSigned = (certificate: X509Certificate): boolean => certificate.checkIssued(certificate);

/** The authorities that are trusted here. */
export class Anchors {
  private readonly bySubject = new Map<string, X509Certificate[]>();

  /** `roots` in PEM; left out for those of Node.js. Reading them takes tens of milliseconds. */
  constructor(roots: readonly string[] = getCACertificates?.('default') ?? tls.rootCertificates) {
    for (const root of roots) {
      const anchor = new X509Certificate(root);
      this.bySubject.set(anchor.subject, [...(this.bySubject.get(anchor.subject) ?? []), anchor]);
    }
  }

  /** What issued `certificate`: one that is valid now where there is one, or else the one that ended last. */
  issuerOf(certificate: X509Certificate): X509Certificate | undefined {
    const now = Date.now();
    const issuers = (this.bySubject.get(certificate.issuer) ?? [])
      .filter((each) => certificate.checkIssued(each) && certificate.verify(each.publicKey))
      .sort((a, b) => endOf(b) - endOf(a));
    return issuers.find(({ validFrom }) => Date.parse(validFrom) <= now) ?? issuers[0];
  }
}

/**
 * The path from the first of `presented` to an authority, as OpenSSL builds it: of each certificate, an issuer
 * that is trusted here goes before one that was presented. So it holds nothing that was not needed. `presented`:
 * each followed by its issuer. Where no authority is reached it is all of them.
 */
export function pathOf(presented: readonly X509Certificate[], anchors: Anchors): X509Certificate[] {
  const path: X509Certificate[] = [];
  for (const certificate of presented) {
    path.push(certificate);
    if (isSelfSigned(certificate)) return path;
    const anchor = anchors.issuerOf(certificate);
    if (anchor) return [...path, ...upFrom(anchor, anchors)];
  }
  return path;
}

function upFrom(anchor: X509Certificate, anchors: Anchors): X509Certificate[] {
  const path: X509Certificate[] = [];
  let next: X509Certificate | undefined = anchor;
  while (next && !path.includes(next)) {
    path.push(next);
    next = isSelfSigned(next) ? undefined : anchors.issuerOf(next);
  }
  return path;
}

/** When each certificate of `path` ends. Epoch milliseconds. */
export const endsOf = (path: readonly X509Certificate[]): number[] => path.map(endOf).filter(Number.isFinite);
