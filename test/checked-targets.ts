import type { CheckError, ProbeRequest } from '../src/checks/result/probe-result.js';
import type { ProberSetup } from '../src/checks/prober/local-prober.js';
import { certificate } from './egress/certificates.js';
import { type Listener, Listeners } from './egress/listeners.js';
import { NameServer } from './egress/name-server.js';

export const probeOf = (url: string, given: Partial<ProbeRequest> = {}): ProbeRequest => ({
  teamId: 'team_1',
  url,
  method: 'GET',
  headers: [],
  body: null,
  timeoutMs: 20_000,
  expectedStatus: 200,
  verifyTls: true,
  followRedirects: true,
  strictHttp: false,
  assertions: [],
  ...given,
});

const authority = certificate({ name: 'Test Authority', isAuthority: true });

const http = (port: number, path = '/') => `http://127.0.0.1:${port}${path}`;
const https = ({ port }: Listener) => `https://127.0.0.1:${port}/`;

/** Real servers on the loopback to check, one for each error that a check may end with. */
export class CheckedTargets {
  private constructor(
    readonly setup: ProberSetup,
    /** One for each error. */
    readonly failing: Readonly<Record<CheckError, ProbeRequest>>,
    /** Answers with the path it was asked for; never at `/silent`, and with 503 at `/down`. */
    readonly echo: Listener,
    private readonly listeners: Listeners,
    private readonly names: NameServer,
  ) {}

  static async start(): Promise<CheckedTargets> {
    const listeners = new Listeners();
    const names = await NameServer.start();
    const policy = { allow: ['127.0.0.0/8'], ownPorts: [], services: [] };
    const setup = { policy, dnsServers: [names.address], roots: [authority.cert] };
    const echo = await listeners.http(({ url, headers }, response) => {
      if (url === '/silent') return;
      response.statusCode = url === '/down' ? 503 : 200;
      response.end(`You asked for ${url} with ${headers.authorization ?? 'nothing'}.`);
    });
    return new CheckedTargets(setup, await failing(listeners, echo), echo, listeners, names);
  }

  url(path: string): string {
    return http(this.echo.port, path);
  }

  close(): void {
    this.listeners.close();
    this.names.stop();
  }
}

async function failing(listeners: Listeners, echo: Listener): Promise<Record<CheckError, ProbeRequest>> {
  const gone = await listeners.silent();
  const { port: refusing } = gone;
  gone.close();
  const resetting = await listeners.raw((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const redirecting = await listeners.http((_, response) => response.writeHead(302, { location: '/' }).end());
  const garbled = await listeners.saying('This is not HTTP.\r\n\r\n');
  return {
    timeout: probeOf(http(echo.port, '/silent'), { timeoutMs: 200 }),
    'connection-refused': probeOf(http(refusing)),
    'connection-reset': probeOf(http(resetting.port)),
    'dns-failed': probeOf('http://no-such-name.example.com/'),
    'tls-expired': probeOf(https(await issued(listeners, { until: -1 }))),
    'tls-hostname-mismatch': probeOf(https(await issued(listeners, { hosts: ['192.0.2.1'] }))),
    'tls-untrusted': probeOf(https(await listeners.tls(certificate({ name: 'Me', hosts: ['127.0.0.1'] })))),
    'tls-failed': probeOf(https(garbled)),
    'unexpected-status': probeOf(http(echo.port, '/down')),
    'assertion-failed': probeOf(http(echo.port), {
      assertions: [{ type: 'body', operator: 'contains', value: 'open sesame' }],
    }),
    'too-many-redirects': probeOf(http(redirecting.port)),
    'address-not-allowed': probeOf('http://169.254.169.254/'),
    'protocol-error': probeOf(http(garbled.port)),
  };
}

const issued = (listeners: Listeners, described: { until?: number; hosts?: string[] }): Promise<Listener> =>
  listeners.tls(certificate({ name: 'Site', hosts: ['127.0.0.1'], ...described }, 'Test Authority'));
