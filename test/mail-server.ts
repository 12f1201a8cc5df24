import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** An e-mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body. */
  readonly source: string;
  /** Who sent it, where they said so. */
  readonly user: string | null;
}

/** A mail server on loopback. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** The reply codes that the next recipients are refused with. */
  readonly refusals: number[] = [];
  connections = 0;

  private constructor(private readonly server: SMTPServer) {}

  /** Without a certificate it knows no TLS. */
  static async start(tls: { key: string; cert: string } | null = null): Promise<MailServer> {
    let mailServer: MailServer;
    const server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      ...(tls ?? { disabledCommands: ['STARTTLS'] }),
      onConnect: (_session, done) => {
        mailServer.connections += 1;
        done();
      },
      onAuth: ({ username, password }, _session, done) =>
        password === 'canary' ? done(null, { user: username }) : done(new Error('No')),
      onRcptTo: (_address, _session, done) => {
        const responseCode = mailServer.refusals.shift();
        done(responseCode === undefined ? null : Object.assign(new Error('No'), { responseCode }));
      },
      onData: (stream, { envelope, user }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mailServer.mails.push({
            from: envelope.mailFrom ? envelope.mailFrom.address : '',
            to: envelope.rcptTo.map(({ address }) => address),
            source: Buffer.concat(chunks).toString('utf8'),
            user: (user as string | undefined) ?? null,
          });
          done();
        });
      },
    });
    server.on('error', () => {});
    mailServer = new MailServer(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return mailServer;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((closed) => this.server.close(closed));
  }
}
