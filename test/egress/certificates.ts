import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

const DAY_MS = 86_400_000;
const { pki } = forge;

/** One pair for all certificates: making one takes long, and no test tells them apart by their keys. */
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const publicKey = pki.publicKeyFromPem(pair.publicKey);
const privateKey = pki.privateKeyFromPem(pair.privateKey);

let serial = 1;

interface Described {
  readonly name: string;
  /** Days from now, negative ones in the past. */
  readonly from?: number;
  readonly until?: number;
  /** Names and addresses the certificate is for. */
  readonly hosts?: readonly string[];
  readonly isAuthority?: boolean;
}

const subjectOf = (name: string) => [{ name: 'commonName', value: name }];

const alternative = (host: string) =>
  /^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host };

export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A certificate as described, signed by `issuer`, which is the name of an authority; by itself without one. */
export function certificate(described: Described, issuer = described.name): Issued {
  const { name, from = -10, until = 30, hosts = [], isAuthority = false } = described;
  const made = pki.createCertificate();
  made.publicKey = publicKey;
  made.serialNumber = (serial++).toString(16).padStart(4, '0');
  // Certificates tell whole seconds.
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const expiresAt = now + until * DAY_MS;
  made.validity.notBefore = new Date(now + from * DAY_MS);
  made.validity.notAfter = new Date(expiresAt);
  made.setSubject(subjectOf(name));
  made.setIssuer(subjectOf(issuer));
  made.setExtensions([
    { name: 'basicConstraints', cA: isAuthority },
    ...(hosts.length > 0 ? [{ name: 'subjectAltName', altNames: hosts.map(alternative) }] : []),
  ]);
  made.sign(privateKey, forge.md.sha256.create());
  return { cert: pki.certificateToPem(made), key: pair.privateKey, expiresAt };
}
