import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Reader } from './readers.js';
import { decoded, readUrl } from './url.js';

/** How a connection to the database is encrypted, as the driver takes it. */
export interface DatabaseTls {
  /** PEM; without one the certificate authorities that Node knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether the certificate must come from such an authority. */
  readonly rejectUnauthorized: boolean;
  /** Whether it must be for the host of the URL. */
  readonly verifyIdentity: boolean;
}

/** Where the database is, and how to get in. */
export interface DatabaseServer {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly tls: DatabaseTls | null;
}

const MYSQL_PORT = 3306;
const EXAMPLE = 'mysql://user:password@host:3306/database';

/** The modes of MySQL's clients, but for `PREFERRED`: it goes on in plain text without a word. */
const modes: Readonly<Record<string, Pick<DatabaseTls, 'rejectUnauthorized' | 'verifyIdentity'> | null>> = {
  DISABLED: null,
  REQUIRED: { rejectUnauthorized: false, verifyIdentity: false },
  VERIFY_CA: { rejectUnauthorized: true, verifyIdentity: false },
  VERIFY_IDENTITY: { rejectUnauthorized: true, verifyIdentity: true },
};
const files = ['ssl-ca', 'ssl-cert', 'ssl-key'] as const;
const options = ['ssl-mode', ...files] as const;
type Options = Partial<Record<(typeof options)[number], string>>;

/** Every option of the URL is known and has an effect, or the URL is refused. */
export const databaseUrl: Reader<DatabaseServer> = (value) => {
  const url = readUrl(value, { protocols: ['mysql:', 'mariadb:'], example: EXAMPLE });
  if (!/^\/[^/]+$/.test(url.pathname)) throw new Error(`must name one database: ${EXAMPLE}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: Number(url.port || MYSQL_PORT),
    username: decoded(url.username, 'user'),
    password: decoded(url.password, 'password'),
    database: decoded(url.pathname.slice(1), 'database'),
    tls: tlsOf(optionsOf(url), host),
  };
};

function optionsOf({ searchParams }: URL): Options {
  const given: Options = {};
  for (const [name, value] of searchParams) {
    const option = options.find((each) => each === name);
    if (!option)
      throw new Error(
        `must not have the option ${JSON.stringify(name)}, which PulseAPI does not know: it knows ${options.join(', ')}`,
      );
    if (given[option] !== undefined) throw new Error(`must have ${option} once`);
    if (value === '') throw new Error(`must have a value for ${option}`);
    given[option] = value;
  }
  return given;
}

function tlsOf(given: Options, host: string): DatabaseTls | null {
  const named = files.filter((name) => given[name] !== undefined);
  const mode = given['ssl-mode']?.toUpperCase();
  if (mode === undefined) {
    if (named.length > 0) throw new Error(`must say with ssl-mode what ${named.join(' and ')} are for`);
    return null;
  }
  const checks = modes[mode];
  if (checks === undefined)
    throw new Error(
      `must have as ssl-mode one of ${Object.keys(modes).join(', ')}, not ${JSON.stringify(mode)}`,
    );
  requireEffect(given, checks);
  if (!checks) return null;
  if (checks.verifyIdentity && isIP(host) !== 0)
    throw new Error('must have a host name with ssl-mode=VERIFY_IDENTITY: the driver checks no address');
  const { 'ssl-ca': ca, 'ssl-cert': cert, 'ssl-key': key } = given;
  return {
    ...checks,
    ...(ca !== undefined && { ca: pem('ssl-ca', ca) }),
    ...(cert !== undefined && { cert: pem('ssl-cert', cert) }),
    ...(key !== undefined && { key: pem('ssl-key', key) }),
  };
}

/** Whoever names a file expects it to be used. */
function requireEffect(given: Options, checks: (typeof modes)[string]): void {
  const { 'ssl-ca': ca, 'ssl-cert': cert, 'ssl-key': key } = given;
  if (checks === null && (ca ?? cert ?? key) !== undefined)
    throw new Error('must not name certificates with ssl-mode=DISABLED');
  if (ca !== undefined && !checks?.rejectUnauthorized)
    throw new Error('must have ssl-mode=VERIFY_CA or VERIFY_IDENTITY for ssl-ca to be used');
  if ((cert === undefined) !== (key === undefined))
    throw new Error('must have ssl-cert and ssl-key together: the certificate of this client, and its key');
}

function pem(option: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`must name as ${option} a file that can be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!/^-----BEGIN [A-Z ]+-----$/m.test(text)) throw new Error(`must name as ${option} a PEM file`);
  return text;
}
