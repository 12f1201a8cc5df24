import { databaseUrl } from './database-url.js';
import {
  addressList,
  networkList,
  choice,
  integer,
  directory,
  mailbox,
  originList,
  previousSecret,
  publicUrl,
  secret,
  smtpUrl,
  text,
  type Reader,
} from './readers.js';

/** One environment variable: where its value comes from and what readers of the README learn of it. */
interface Variable<T> {
  readonly name: string;
  readonly read: Reader<T>;
  /** What stands in for an unset variable, as one would write it. */
  readonly fallback: string | null;
  readonly description: string;
}

const variable = <T>(name: string, read: Reader<T>, fallback: string, description: string): Variable<T> => ({
  name,
  read,
  fallback,
  description,
});

const optional = <T>(name: string, read: Reader<T>, description: string): Variable<T | null> => ({
  name,
  read,
  fallback: null,
  description,
});

/** Every variable the program reads. The table in the README is made from this one. */
export const variables = {
  host: variable('HOST', text, '127.0.0.1', 'Address to listen on.'),
  port: variable('PORT', integer(0, 65_535), '3000', 'Port to listen on; 0 takes a free one.'),
  publicUrl: optional(
    'PUBLIC_URL',
    publicUrl,
    'Where callers reach the server, such as `https://pulse.example.com` or, behind a proxy, `https://example.com/pulse`. Unset: what each request says.',
  ),
  corsOrigins: variable(
    'CORS_ORIGINS',
    originList,
    '',
    'Origins of web pages that may call the API, such as `https://console.example.com`.',
  ),
  dataDir: variable(
    'DATA_DIR',
    directory,
    './data',
    'Directory of the SQLite file and of the generated secret.',
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    databaseUrl,
    '`mysql://user:password@host:3306/database` or `mariadb://...`, with `?ssl-mode=...` for TLS (see below). Unset: SQLite in `DATA_DIR`.',
  ),
  databasePoolSize: variable(
    'DATABASE_POOL_SIZE',
    integer(2, 200),
    '10',
    'Connections to MySQL or MariaDB at most.',
  ),
  appSecret: optional(
    'APP_SECRET',
    secret,
    'The master secret, 32 characters or more beside blanks (`openssl rand -base64 32`). Required with `DATABASE_URL`; otherwise generated in `DATA_DIR/secret`.',
  ),
  appSecretPrevious: optional(
    'APP_SECRET_PREVIOUS',
    previousSecret,
    'The master secret before this one, while it is being rotated.',
  ),
  signUp: variable(
    'SIGN_UP',
    choice('closed', 'open'),
    'closed',
    '`open` lets anyone sign up. The first account may always.',
  ),
  defaultPlan: variable(
    'DEFAULT_PLAN',
    choice('free', 'starter', 'professional', 'team'),
    'team',
    'Plan of a new team.',
  ),
  rateLimit: variable(
    'RATE_LIMIT',
    choice('on', 'off'),
    'on',
    '`off` lifts every rate limit. For tests and benchmarks.',
  ),
  docs: variable(
    'DOCS',
    choice('on', 'off'),
    'on',
    '`off` hides Swagger UI, the API document and the problem pages.',
  ),
  egressAllow: variable(
    'EGRESS_ALLOW',
    networkList,
    '',
    'Networks that may be monitored although they are not public, such as `10.0.0.0/8,fd00::/8`.',
  ),
  role: variable(
    'PULSE_ROLE',
    choice('all', 'api', 'worker'),
    'all',
    'What the process does: answer the API, make the checks (`worker`), or both. Several processes need `DATABASE_URL`.',
  ),
  probeThreads: optional(
    'PROBE_THREADS',
    integer(0, 64),
    'Threads that make checks; 0 makes them in the main thread. Unset: one less than there are cores, at least one.',
  ),
  probeConcurrency: variable(
    'PROBE_CONCURRENCY',
    integer(1, 10_000),
    '512',
    'Checks in flight at most. Less where the limit of open files asks for it.',
  ),
  dnsServers: variable(
    'DNS_SERVERS',
    addressList,
    '',
    'Name servers for checks and notifications, such as `10.0.0.53,[fd00::53]:5353`. Unset: those of the system, and its search domains.',
  ),
  smtpUrl: optional(
    'SMTP_URL',
    smtpUrl,
    'Mail server for notifications: `smtp://user:password@host:587` (STARTTLS where it is offered) or `smtps://...`. Unset: e-mails are written to the log.',
  ),
  mailFrom: variable(
    'MAIL_FROM',
    mailbox,
    'PulseAPI <pulse@localhost>',
    'Who e-mails are from: an address, or a name and the address in `<>`.',
  ),
  trustedProxies: variable(
    'TRUSTED_PROXIES',
    networkList,
    '',
    'Addresses and networks of reverse proxies whose `X-Forwarded-For` is believed, such as `127.0.0.1,10.0.0.0/8`.',
  ),
  hstsSubdomains: variable(
    'HSTS_SUBDOMAINS',
    choice('off', 'on'),
    'off',
    '`on` has browsers use https for all names below this one too.',
  ),
  metricsAllow: variable(
    'METRICS_ALLOW',
    networkList,
    '127.0.0.0/8,::1/128',
    'Networks that may read `/metrics`; to others it is not there.',
  ),
  logLevel: variable(
    'LOG_LEVEL',
    choice('fatal', 'error', 'warn', 'info', 'debug', 'silent'),
    'info',
    'The least severe log lines to write.',
  ),
};
