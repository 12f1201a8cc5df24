import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, loadConfig } from './config.js';
import { variables } from './variables.js';

const SECRET = 'a secret of 32 characters or more, beside blanks';

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigurationError).faults;
  }
}

const WEAK_SECRETS = [
  'too short',
  ' '.repeat(40),
  'x'.repeat(40),
  ' ab cd ef '.repeat(9),
  `${' '.repeat(30)}abcdefgh`,
  `abcd${' '.repeat(30)}efgh`,
];

/** For each variable a value that it takes and what is read from it, and values that it refuses. */
const cases: Record<string, { takes: Array<[string, unknown]>; refuses: string[] }> = {
  HOST: { takes: [['0.0.0.0', '0.0.0.0']], refuses: [] },
  PORT: {
    takes: [
      ['0', 0],
      ['65535', 65_535],
    ],
    refuses: ['-1', '65536', '3.5', 'http', '0x50', '1e3'],
  },
  PUBLIC_URL: {
    takes: [
      ['https://pulse.example.com', 'https://pulse.example.com'],
      ['http://localhost:3000/', 'http://localhost:3000'],
      ['https://example.com/pulse', 'https://example.com/pulse'],
      ['https://example.com/a/pulse-1/', 'https://example.com/a/pulse-1'],
    ],
    refuses: [
      'pulse.example.com',
      'ftp://example.com',
      'https://example.com/v1',
      'https://example.com/docs/api',
      'https://example.com/metrics/',
      'https://example.com/pulse?',
      'https://example.com/pulse#',
      'https://example.com/a b',
      'https://example.com/%70ulse',
      'https://example.com//pulse',
      'https://u:p@example.com',
      'https://example.com/?a',
      'https://example.com/#a',
      'https://:p@example.com',
    ],
  },
  CORS_ORIGINS: {
    takes: [
      [
        'https://console.example.com, http://localhost:5173/, https://A.example:443',
        ['https://console.example.com', 'http://localhost:5173', 'https://a.example'],
      ],
    ],
    refuses: [
      '*',
      'null',
      'console.example.com',
      'https://example.com/console',
      'https://*.example.com',
      'https://u@example.com',
      'file:///x',
    ],
  },
  DATA_DIR: { takes: [['/var/lib/pulse', '/var/lib/pulse']], refuses: [] },
  DATABASE_URL: {
    takes: [
      [
        'mariadb://u:50%25off%2F@[fd00::7]/pulse',
        { host: 'fd00::7', port: 3306, username: 'u', password: '50%off/', database: 'pulse', tls: null },
      ],
      ['mysql://db/pulse?ssl-mode=disabled', expect.objectContaining({ tls: null })],
      [
        'mysql://db/pulse?ssl-mode=REQUIRED',
        expect.objectContaining({ tls: { rejectUnauthorized: false, verifyIdentity: false } }),
      ],
      [
        'mysql://db/pulse?ssl-mode=VERIFY_CA',
        expect.objectContaining({ tls: { rejectUnauthorized: true, verifyIdentity: false } }),
      ],
      [
        'mysql://db/pulse?ssl-mode=VERIFY_IDENTITY',
        expect.objectContaining({ tls: { rejectUnauthorized: true, verifyIdentity: true } }),
      ],
    ],
    refuses: [
      'postgres://db/pulse',
      'mysql://db',
      'mysql:///pulse',
      'db',
      'mysql://db/pulse/more',
      'mysql://db:0/pulse',
      'mysql://:p@db/pulse',
      'mysql://u:p#w@db/pulse',
      'mysql://u:50%off@db/pulse',
      'mysql://db/pulse#x',
      'mysql://db/pulse?bogus=1',
      'mysql://db/pulse?ssl=true',
      'mysql://db/pulse?ssl-mode=PREFERRED',
      'mysql://db/pulse?ssl-mode=',
      'mysql://db/pulse?ssl-mode=REQUIRED&ssl-mode=DISABLED',
      'mysql://10.0.0.7/pulse?ssl-mode=VERIFY_IDENTITY',
      'mysql://db/pulse?ssl-ca=/etc/hosts',
      'mysql://db/pulse?ssl-mode=DISABLED&ssl-ca=/etc/hosts',
      'mysql://db/pulse?ssl-mode=REQUIRED&ssl-ca=/etc/hosts',
      'mysql://db/pulse?ssl-mode=VERIFY_CA&ssl-ca=/nowhere',
      'mysql://db/pulse?ssl-mode=VERIFY_CA&ssl-ca=/etc/hosts',
      'mysql://db/pulse?ssl-mode=REQUIRED&ssl-cert=/etc/hosts',
    ],
  },
  SMTP_URL: {
    takes: [
      ['smtp://u:p@mail.example.com:587', expect.objectContaining({ host: 'mail.example.com:587' })],
      ['smtps://mail.example.com', expect.objectContaining({ protocol: 'smtps:' })],
    ],
    refuses: [
      'mail.example.com:25',
      'http://mail.example.com',
      'smtp://',
      'smtp://mail/x',
      'smtp://mail/?tls=no',
      'smtp://mail#x',
      'smtp://mail:0',
      'smtp://:p@mail',
      'smtp://u:50%off@mail',
    ],
  },
  MAIL_FROM: {
    takes: [
      ['pulse@example.com', 'pulse@example.com'],
      ['Pulse API <pulse@example.com>', 'Pulse API <pulse@example.com>'],
    ],
    refuses: [
      'Pulse',
      'a@example.com, b@example.com',
      'Pulse <a@example.com> x',
      'a@b\r\nBcc: c@d',
      'A\nB <a@b>',
    ],
  },
  DATABASE_POOL_SIZE: { takes: [['2', 2]], refuses: ['1', '201', 'many'] },
  APP_SECRET: { takes: [[SECRET, SECRET]], refuses: WEAK_SECRETS },
  APP_SECRET_PREVIOUS: {
    takes: [
      [SECRET, SECRET],
      [' '.repeat(40), ' '.repeat(40)],
    ],
    refuses: ['too short'],
  },
  SIGN_UP: {
    takes: [
      ['open', 'open'],
      ['closed', 'closed'],
    ],
    refuses: ['OPEN', 'yes'],
  },
  DEFAULT_PLAN: { takes: [['free', 'free']], refuses: ['enterprise'] },
  RATE_LIMIT: { takes: [['off', 'off']], refuses: ['false', '0'] },
  DOCS: { takes: [['off', 'off']], refuses: ['no'] },
  EGRESS_ALLOW: {
    takes: [['10.0.0.0/8, fd00::/8', [expect.anything(), expect.anything()]]],
    refuses: ['10.0.0.0/33', '10.0/8', '*', 'here'],
  },
  PULSE_ROLE: { takes: [['worker', 'worker']], refuses: ['scheduler', 'ALL'] },
  PROBE_THREADS: {
    takes: [
      ['0', 0],
      ['4', 4],
    ],
    refuses: ['-1', '65', 'all'],
  },
  PROBE_CONCURRENCY: { takes: [['64', 64]], refuses: ['0', '10001', 'many'] },
  DNS_SERVERS: {
    takes: [['10.0.0.53, [fd00::53]:5353,fd00::54', ['10.0.0.53', '[fd00::53]:5353', 'fd00::54']]],
    refuses: ['dns.example.com', '10.0.0.53:99999', '10.0.0.53:0', '[10.0.0.53]:53', '10.0.53'],
  },
  TRUSTED_PROXIES: {
    takes: [
      ['10.0.0.0/8', [expect.anything()]],
      [
        '127.0.0.1, ::1',
        [
          [expect.anything(), 32],
          [expect.anything(), 128],
        ],
      ],
      ['::ffff:10.0.0.0/104', [[expect.objectContaining({ octets: [10, 0, 0, 0] }), 8]]],
    ],
    refuses: ['192.168.1/24', 'loopback', 'true', '1'],
  },
  HSTS_SUBDOMAINS: { takes: [['on', 'on']], refuses: ['true', 'yes'] },
  METRICS_ALLOW: { takes: [['::1/128', [expect.anything()]]], refuses: ['localhost'] },
  LOG_LEVEL: { takes: [['debug', 'debug']], refuses: ['trace', 'DEBUG'] },
};

const table = Object.entries(variables).map(([key, { name }]) => [name, key] as const);
/** What makes a variable be right beside the one that is looked at. */
const beside = (name: string): Record<string, string> =>
  ({
    DATABASE_URL: { APP_SECRET: SECRET },
    PULSE_ROLE: { APP_SECRET: SECRET, DATABASE_URL: 'mysql://db/pulse' },
  })[name] ?? {};

describe('loadConfig()', () => {
  it('needs nothing to be set', () => {
    expect(loadConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: null,
      dataDir: expect.stringMatching(/^\/.*data$/),
      databaseUrl: null,
      databasePoolSize: 10,
      appSecret: null,
      appSecretPrevious: null,
      signUp: 'closed',
      defaultPlan: 'team',
      rateLimit: 'on',
      docs: 'on',
      egressAllow: [],
      trustedProxies: [],
      logLevel: 'info',
    });
  });

  it.each(table)('takes of %s what it can be', (name, key) => {
    for (const [text, value] of cases[name]!.takes)
      expect(loadConfig({ ...beside(name), [name]: text })).toMatchObject({ [key]: value });
  });

  it.each(table)('refuses for %s what it cannot be, and names it', (name) => {
    for (const text of cases[name]!.refuses)
      expect(faultsOf({ ...beside(name), [name]: text })).toEqual([
        expect.stringMatching(new RegExp(`^${name} must `)),
      ]);
  });

  it.each(['mysql://u:50%off@db/pulse', 'mysql://50%off@db/pulse'])(
    'says how to write the percent sign of %s',
    (url) =>
      expect(faultsOf({ APP_SECRET: SECRET, DATABASE_URL: url })).toEqual([
        expect.stringContaining('write %25'),
      ]),
  );

  it.each(['bogus', 'ssl', 'sslmode', 'charset'])(
    'refuses an option it does not know by its name: %s',
    (name) => {
      const [fault] = faultsOf({ APP_SECRET: SECRET, DATABASE_URL: `mysql://db/pulse?${name}=1` });
      expect(fault).toContain(JSON.stringify(name));
      expect(fault).toContain('ssl-mode, ssl-ca, ssl-cert, ssl-key');
    },
  );

  it('says how to write a password that the URL ends in', () => {
    for (const password of ['a/b', 'a?b', 'a#b'])
      for (const [name, url] of [
        ['DATABASE_URL', `mysql://u:${password}@db/pulse`],
        ['SMTP_URL', `smtp://u:${password}@mail`],
      ] as const)
        expect(faultsOf({ APP_SECRET: SECRET, [name]: url })).toEqual([expect.stringContaining('%2F')]);
  });

  it('refuses a SQLite database that several processes are meant to share', () => {
    expect(faultsOf({ PULSE_ROLE: 'worker' })).toEqual([expect.stringContaining('PULSE_ROLE')]);
  });

  it.each(table)('takes an empty %s for one that is not set', (name) => {
    expect(loadConfig({ [name]: '' })).toEqual(loadConfig({}));
  });

  it('tells all faults at once', () => {
    const faults = faultsOf({ PORT: 'x', SIGN_UP: 'maybe', APP_SECRET: 'short', LOG_LEVEL: 'loud' });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PORT',
      'APP_SECRET',
      'SIGN_UP',
      'LOG_LEVEL',
    ]);
    expect(new ConfigurationError(faults).message.split('\n')).toHaveLength(5);
  });

  it('needs a master secret that all processes share where the database is shared', () => {
    const env = { DATABASE_URL: 'mysql://db/pulse' };
    expect(faultsOf(env)).toEqual([expect.stringContaining('APP_SECRET must be set')]);
    expect(faultsOf({ ...env, APP_SECRET: SECRET })).toEqual([]);
    expect(faultsOf({ ...env, APP_SECRET: 'short' })).toHaveLength(1);
  });

  it('tells nothing of a secret that is refused', () => {
    expect(faultsOf({ APP_SECRET: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@db' }).join()).not.toContain(
      'hunter2',
    );
  });
});

describe('the table of variables', () => {
  it('has a name in capitals, a sentence for each, and no name twice', () => {
    const all = Object.values(variables);
    for (const { name, description } of all) {
      expect(name).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(description).toMatch(/\.$/);
    }
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});
