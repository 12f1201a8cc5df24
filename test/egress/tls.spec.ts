import { constants } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { certificate, type Issued } from './certificates.js';
import { ask, egressWith } from './egress.js';
import { Listeners, type Listener } from './listeners.js';

const listeners = new Listeners();
afterEach(() => listeners.close());

const authority = certificate({ name: 'Test Authority', isAuthority: true, until: 300 });
const egress = egressWith({ roots: [authority.cert] });
const hosts = ['localhost', '127.0.0.1'];
const good = certificate({ name: 'good', hosts }, 'Test Authority');
const expired = certificate({ name: 'expired', hosts, from: -20, until: -1 }, 'Test Authority');
const early = certificate({ name: 'early', hosts, from: 1, until: 20 }, 'Test Authority');
const foreign = certificate({ name: 'foreign', hosts: ['example.com', '*.localhost'] }, 'Test Authority');
const selfSigned = certificate({ name: 'self-signed', hosts });
const orphan = certificate({ name: 'orphan', hosts }, 'Unknown Authority');

const at = ({ port }: Listener, host = 'localhost') => `https://${host}:${port}/`;

const serving = ({ cert, key }: Issued, ...chain: Issued[]) =>
  listeners.tls({ cert: [cert, ...chain.map((each) => each.cert)].join(''), key });

const told = (name: string, issuer: string, { expiresAt }: Issued) => ({ subject: name, issuer, expiresAt });

describe('a request over TLS', () => {
  it.each(['localhost', '127.0.0.1'])('trusts a certificate for %s by a known authority', async (host) => {
    const server = await serving(good);
    const found = await ask(at(server, host), { egress });
    expect(found).toMatchObject({
      failure: null,
      response: { statusCode: 200 },
      certificate: told('good', 'Test Authority', good),
    });
    expect(found.phases.tls).toBeGreaterThan(0);
  });

  it('tells the name of the host in its hello, and never an address', async () => {
    const { cert, key } = good;
    const names: string[] = [];
    const server = await listeners.tls({
      cert,
      key,
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    await ask(at(server, 'localhost'), { egress });
    await ask(at(server, 'api.localhost.'), { egress, verifyTls: false });
    await ask(at(server, '127.0.0.1'), { egress });
    expect(names).toEqual(['localhost', 'api.localhost']);
  });

  it.each([
    ['expired', 'tls-expired', expired, 'Test Authority'],
    ['early', 'tls-expired', early, 'Test Authority'],
    ['foreign', 'tls-hostname-mismatch', foreign, 'Test Authority'],
    ['self-signed', 'tls-untrusted', selfSigned, 'self-signed'],
    ['orphan', 'tls-untrusted', orphan, 'Unknown Authority'],
  ])('refuses the %s one with `%s`, and sends it nothing', async (name, failure, issued, issuer) => {
    const server = await serving(issued);
    expect(await ask(at(server), { egress })).toMatchObject({
      response: null,
      failure,
      isInternalError: false,
      certificate: told(name, issuer, issued),
      phases: { tls: null, firstByte: null },
    });
    expect([server.connections, server.received]).toEqual([1, '']);
  });

  it.each([
    ['expired', expired, 'Test Authority'],
    ['foreign', foreign, 'Test Authority'],
    ['self-signed', selfSigned, 'self-signed'],
    ['orphan', orphan, 'Unknown Authority'],
  ])('takes the %s one where it is not to be verified, and tells of it', async (name, issued, issuer) => {
    const server = await serving(issued);
    expect(await ask(at(server), { egress, verifyTls: false })).toMatchObject({
      failure: null,
      response: { statusCode: 200 },
      certificate: told(name, issuer, issued),
    });
  });

  it('refuses a certificate for a name where the URL has an address', async () => {
    const named = certificate({ name: '127.0.0.1', hosts: ['localhost'] }, 'Test Authority');
    const found = await ask(at(await serving(named), '127.0.0.1'), { egress });
    expect(found.failure).toBe('tls-hostname-mismatch');
  });

  it('trusts an intermediate authority only when it is shown, and tells the earliest end of the chain', async () => {
    const middle = certificate({ name: 'Middle', isAuthority: true, until: 5 }, 'Test Authority');
    const leaf = certificate({ name: 'leaf', hosts, until: 100 }, 'Middle');
    const complete = await ask(at(await serving(leaf, middle)), { egress });
    expect(complete).toMatchObject({ failure: null, certificate: told('leaf', 'Middle', middle) });
    const other = certificate({ name: 'other leaf', hosts, until: 100 }, 'Middle');
    const incomplete = await ask(at(await serving(other)), { egress });
    expect(incomplete).toMatchObject({
      failure: 'tls-untrusted',
      certificate: told('other leaf', 'Middle', other),
    });
  });

  it('tells the end of the path that is trusted, and not of a cross-signed certificate beside it', async () => {
    const crossSigned = certificate(
      { name: 'Test Authority', isAuthority: true, until: 3 },
      'Former Authority',
    );
    const former = certificate({ name: 'Former Authority', isAuthority: true, until: 2 });
    const middle = certificate({ name: 'Middle', isAuthority: true, until: 40 }, 'Test Authority');
    const leaf = certificate({ name: 'leaf', hosts, until: 50 }, 'Middle');
    const found = await ask(at(await serving(leaf, middle, crossSigned, former)), { egress });
    expect(found).toMatchObject({ failure: null, certificate: told('leaf', 'Middle', middle) });
    const unverified = await ask(at(await serving(leaf, middle, crossSigned)), { egress, verifyTls: false });
    expect(unverified.certificate).toEqual(told('leaf', 'Middle', middle));
  });

  it('tells of each chain its own end, whichever others the same certificate was shown with', async () => {
    const leaf = certificate({ name: 'leaf', hosts, until: 100 }, 'Middle');
    const chains = [40, 4].map((until) =>
      certificate({ name: 'Middle', isAuthority: true, until }, 'Test Authority'),
    );
    for (const middle of chains) {
      const { certificate: found } = await ask(at(await serving(leaf, middle)), { egress });
      expect(found).toEqual(told('leaf', 'Middle', middle));
    }
  });

  it('counts an authority that ends before its certificates', async () => {
    const ending = certificate({ name: 'Ending Authority', isAuthority: true, until: 7 });
    const leaf = certificate({ name: 'leaf', hosts, until: 100 }, 'Ending Authority');
    const trusting = egressWith({ roots: [ending.cert] });
    const found = await ask(at(await serving(leaf)), { egress: trusting });
    expect(found).toMatchObject({ failure: null, certificate: told('leaf', 'Ending Authority', ending) });
  });

  it.each([
    ['is missing', [], /no subjectAltName.*RFC 9525/],
    ['has only an address', ['127.0.0.1'], /for another host/],
  ])('takes no common name for a host (RFC 9525) where subjectAltName %s', async (_, names, detail) => {
    const issued = certificate({ name: 'localhost', hosts: names }, 'Test Authority');
    const server = await serving(issued);
    const found = await ask(at(server), { egress });
    expect(found).toMatchObject({
      failure: 'tls-hostname-mismatch',
      detail: expect.stringMatching(detail),
      isInternalError: false,
    });
    expect(server.received).toBe('');
    expect(await ask(at(server), { egress, verifyTls: false })).toMatchObject({ failure: null });
  });

  it('does not count what has ended and was not needed', async () => {
    const remainder = certificate(
      { name: 'Test Authority', isAuthority: true, until: -1 },
      'Former Authority',
    );
    const leaf = certificate({ name: 'leaf', hosts }, 'Test Authority');
    const found = await ask(at(await serving(leaf, remainder)), { egress });
    expect(found).toMatchObject({ failure: null, certificate: { expiresAt: leaf.expiresAt } });
  });

  it('is `tls-failed` where the other side does not speak TLS', async () => {
    const server = await listeners.saying('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(await ask(at(server), { egress })).toMatchObject({
      failure: 'tls-failed',
      isInternalError: false,
      certificate: null,
      phases: { connect: expect.any(Number), tls: null },
    });
  });

  it('is `tls-failed` where the two share no version, unless nothing is to be verified', async () => {
    const { cert, key } = good;
    const old = {
      cert,
      key,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    const server = await listeners.tls(old);
    expect(await ask(at(server), { egress })).toMatchObject({
      failure: 'tls-failed',
      isInternalError: false,
    });
    expect(await ask(at(server), { egress, verifyTls: false })).toMatchObject({ failure: null });
  });

  it('is `tls-failed` where the server wants a certificate of ours', async () => {
    const { cert, key } = good;
    for (const secureOptions of [0, constants.SSL_OP_NO_TLSv1_3]) {
      const options = {
        cert,
        key,
        requestCert: true,
        rejectUnauthorized: true,
        ca: authority.cert,
        secureOptions,
      };
      const found = await ask(at(await listeners.tls(options)), { egress });
      expect(['tls-failed', 'connection-reset']).toContain(found.failure);
    }
  });

  it('is `connection-reset` where the server leaves during the handshake', async () => {
    const resetting = await listeners.raw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const ending = await listeners.raw((socket) => socket.once('data', () => socket.end()));
    for (const server of [resetting, ending])
      expect(await ask(at(server), { egress })).toMatchObject({
        failure: 'connection-reset',
        isInternalError: false,
      });
  });

  it('is `timeout` where the server never answers the hello', async () => {
    const server = await listeners.silent();
    expect(await ask(at(server), { egress, timeoutMs: 200 })).toMatchObject({
      failure: 'timeout',
      detail: 'The TLS handshake was not complete in time.',
    });
  });

  it('is `protocol-error` where plain HTTP is spoken to a server of TLS', async () => {
    const server = await serving(good);
    const found = await ask(`http://localhost:${server.port}/`, { egress });
    expect(['protocol-error', 'connection-reset']).toContain(found.failure);
  });

  it('sends no byte to an address that is not allowed', async () => {
    const { cert, key } = good;
    const server = await listeners.tls({ cert, key }, '127.0.0.2');
    const narrow = egressWith({ allow: ['127.0.0.1/32'], roots: [authority.cert] });
    const found = await ask(at(server, '127.0.0.2'), { egress: narrow });
    expect(found.failure).toBe('address-not-allowed');
    expect(server.connections).toBe(0);
  });
});
