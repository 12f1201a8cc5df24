import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { Config } from '../../config/config.js';
import type { Mail } from './email-message.js';
import type { AttemptResult } from '../deliveries/attempt-result.js';
import { type SmtpError, smtpFailure } from './smtp-failure.js';

/** As many as are used at a time. */
export const MAIL_CONNECTIONS = 5;

const TIMEOUT_MS = 10_000;

/**
 * Sends e-mail over the mail server of `SMTP_URL`; without one it is written to the log in full. The server
 * is the operator's, so it may be at any address.
 */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly logger = new Logger(Mailer.name);
  private readonly transport: Transporter | null;

  constructor(private readonly config: Config) {
    this.transport = config.smtpUrl && transportTo(config.smtpUrl);
  }

  async send(mail: Mail): Promise<AttemptResult> {
    if (!this.transport) return this.write(mail);
    try {
      await this.transport.sendMail(this.envelope(mail));
      return { kind: 'delivered', statusCode: 250 };
    } catch (error) {
      return smtpFailure(error as SmtpError);
    }
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }

  private write({ to, subject, text }: Mail): AttemptResult {
    this.logger.log({ msg: 'An e-mail, because SMTP_URL is not set', to, subject, text });
    return { kind: 'delivered', statusCode: null };
  }

  /** The address goes as an object, which is not parsed: it stays one address. */
  private envelope({ to, ...mail }: Mail) {
    return {
      ...mail,
      from: this.config.mailFrom,
      to: { name: '', address: to },
      headers: { 'Auto-Submitted': 'auto-generated' },
    };
  }
}

const transportTo = (url: URL): Transporter =>
  createTransport({
    pool: true,
    maxConnections: MAIL_CONNECTIONS,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
    secure: url.protocol === 'smtps:',
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
