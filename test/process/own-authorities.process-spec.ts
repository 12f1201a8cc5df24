import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProbeResult } from '../../src/checks/result/probe-result.js';
import { probeOf } from '../checked-targets.js';
import { certificate, type Issued } from '../egress/certificates.js';
import { Listeners } from '../egress/listeners.js';
import { TemporaryDirectory } from '../temporary-directory.js';

const listeners = new Listeners();
afterEach(() => listeners.close());

const hosts = ['127.0.0.1'];
const authority = certificate({ name: 'Own Authority', isAuthority: true, until: 300 });
const leaf = certificate({ name: 'leaf', hosts, until: 50 }, 'Own Authority');

const tells = 'getCACertificates' in tls;
const tried = tells ? it : it.skip;
const reason = tells ? '' : ' (not tried: Node.js 22.15 is the first that tells of its authorities)';

describe('an authority of your own', () => {
  let directory: TemporaryDirectory;
  let file: string;

  beforeAll(async () => {
    directory = await TemporaryDirectory.make();
    file = join(directory.path, 'ca.pem');
    await writeFile(file, authority.cert);
  });
  afterAll(() => directory.remove());

  async function checkOf(shown: readonly Issued[], env: Record<string, string>): Promise<ProbeResult> {
    const { port } = await listeners.tls({ cert: shown.map(({ cert }) => cert).join(''), key: leaf.key });
    const probe = JSON.stringify(probeOf(`https://127.0.0.1:${port}/`));
    const args = ['test/process/trusting-process.js', probe];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return JSON.parse(stdout) as ProbeResult;
  }

  it('in NODE_EXTRA_CA_CERTS is trusted by checks', async () => {
    expect(await checkOf([leaf], { NODE_EXTRA_CA_CERTS: file })).toMatchObject({ ok: true });
    expect(await checkOf([leaf], {})).toMatchObject({ error: 'tls-untrusted' });
  });

  tried(`ends the path there, and not at a cross-signed certificate beside it${reason}`, async () => {
    const crossSigned = certificate(
      { name: 'Own Authority', isAuthority: true, until: 3 },
      'Former Authority',
    );
    const found = await checkOf([leaf, crossSigned], { NODE_EXTRA_CA_CERTS: file });
    expect(found).toMatchObject({ ok: true, certificateExpiresAt: leaf.expiresAt });
  });

  tried.each([
    ['NODE_USE_SYSTEM_CA', '1'],
    ['NODE_OPTIONS', '--use-system-ca'],
  ])(`of the system is trusted by checks with %s=%s${reason}`, async (name, value) => {
    expect(await checkOf([leaf], { [name]: value, SSL_CERT_FILE: file })).toMatchObject({ ok: true });
  });
});
