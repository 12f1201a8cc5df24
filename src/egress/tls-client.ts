import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { CertificateReader } from './certificate.js';
import { connectionReset } from './failure.js';
import { objectionTo } from './tls-verdict.js';
import type { Trace } from './trace.js';

/** TLS for all exchanges of a thread. */
export class TlsClient {
  /** Made once, because reading the list of roots takes longer than many exchanges. */
  private readonly verifying: SecureContext;
  /** For those who do not verify: nothing is too old or too weak for it. */
  private readonly accepting: SecureContext;
  private readonly certificates: CertificateReader | null;

  /** `roots` in PEM, instead of those of Node.js and `NODE_EXTRA_CA_CERTS`. Certificates are told of only where `tells`. */
  constructor(roots?: readonly string[], tells = true) {
    this.certificates = tells ? new CertificateReader(roots) : null;
    this.verifying = createSecureContext(roots && { ca: [...roots] });
    this.accepting = createSecureContext({ ca: [], minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
  }

  /** Does before the first handshake what it would be held up by. */
  prepare(): void {
    this.certificates?.prepare();
  }

  /**
   * TLS over `socket`, with the certificate noted before it is judged, and judged before anything is sent.
   * Rejects with an error of the socket or a `Failure`.
   */
  secure(socket: Socket, host: string, verify: boolean, trace: Trace): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const secured = trace.hold(
        connect({
          socket,
          secureContext: verify ? this.verifying : this.accepting,
          // An address is no server name (RFC 6066, 3).
          servername: isIP(host) ? '' : host,
          ALPNProtocols: ['http/1.1'],
          rejectUnauthorized: false,
          checkServerIdentity: () => undefined,
        }),
      );
      secured.on('error', reject);
      secured.once('close', () => reject(connectionReset));
      secured.once('secureConnect', () => {
        trace.atWork();
        try {
          const certificate = secured.getPeerCertificate(true);
          const refusal = objectionTo(certificate, secured, host);
          trace.certificate = this.certificates?.read(certificate, refusal === null) ?? trace.certificate;
          if (refusal && verify) reject(refusal);
          else resolve(secured);
        } catch (error) {
          // A certificate that cannot be read is no reason to end what runs beside.
          reject(error as Error);
        }
      });
    });
  }
}
