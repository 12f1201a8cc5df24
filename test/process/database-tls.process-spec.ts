import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { certificate } from '../egress/certificates.js';
import { run, ServerProcess } from '../program.js';
import { missing, OwnMariaDb } from './own-mariadb.js';

const APP_SECRET = 'a master secret for tests, 32+ characters';

const authority = certificate({ name: 'Test authority', isAuthority: true });
const stranger = certificate({ name: 'Another authority', isAuthority: true });
const issued = (host: string) => certificate({ name: host, hosts: [host] }, 'Test authority');
const program = certificate({ name: 'pulse' }, 'Test authority');

const describeHere = missing === null ? describe : describe.skip;

describeHere(`a database with TLS${missing === null ? '' : ` (not run: there is no ${missing})`}`, () => {
  let database: OwnMariaDb;
  let plain: OwnMariaDb;
  let path: (name: string) => string;

  beforeAll(async () => {
    [database, plain] = await Promise.all([
      OwnMariaDb.start({ server: issued('localhost'), authority }),
      OwnMariaDb.start(),
    ]);
    for (const { root } of [database, plain]) await root.query('CREATE DATABASE pulse CHARACTER SET utf8mb4');
    for (const [user, requirement] of [
      ['encrypted', 'SSL'],
      ['certified', 'X509'],
    ]) {
      await database.root.query(`CREATE USER ${user}@'%' IDENTIFIED BY '50%off' REQUIRE ${requirement}`);
      await database.root.query(`GRANT ALL ON pulse.* TO ${user}@'%'`);
    }
    path = (name) => join(database.directory.path, name);
    writeFileSync(path('stranger'), stranger.cert);
    writeFileSync(path('client-cert'), program.cert);
    writeFileSync(path('client-key'), program.key);
  }, 120_000);
  afterAll(async () => {
    await database.stop();
    await plain.stop();
  });

  const envOf = (options: Record<string, string>, { user = 'encrypted', port = database.port } = {}) => ({
    APP_SECRET,
    PORT: '0',
    DATABASE_URL: `mysql://${user}:50%25off@localhost:${port}/pulse?${new URLSearchParams(options)}`,
  });
  const start = async (env: Record<string, string>): Promise<string> => {
    const server = await ServerProcess.start(env);
    await server.kill();
    return server.greeting;
  };
  const refusal = async (env: Record<string, string>): Promise<string> => {
    const { code, stdout, stderr } = await run('main.js', [], env);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 });
    return stderr;
  };

  it('is used encrypted, without looking at its certificate, with REQUIRED', async () => {
    await database.present(issued('elsewhere.example'));
    expect(await start(envOf({ 'ssl-mode': 'REQUIRED' }))).toContain(
      `database pulse at localhost:${database.port} over TLS\n`,
    );
  });

  it('is used whatever name its certificate is for, if its authority is right, with VERIFY_CA', async () => {
    await database.present(issued('elsewhere.example'));
    expect(await start(envOf({ 'ssl-mode': 'VERIFY_CA', 'ssl-ca': path('ca') }))).toContain('over TLS');
    expect(await refusal(envOf({ 'ssl-mode': 'VERIFY_CA', 'ssl-ca': path('stranger') }))).toMatch(
      /Cannot open the database pulse .*no TLS as ssl-mode in DATABASE_URL asks for: .*certificate/,
    );
    expect(await refusal(envOf({ 'ssl-mode': 'VERIFY_CA' }))).toMatch(/no TLS .*: .*certificate/);
  });

  it('must show a certificate for its own name with VERIFY_IDENTITY', async () => {
    const env = envOf({ 'ssl-mode': 'VERIFY_IDENTITY', 'ssl-ca': path('ca') });
    await database.present(issued('elsewhere.example'));
    expect(await refusal(env)).toMatch(/no TLS .*: .*does not match certificate's altnames/);
    await database.present(issued('localhost'));
    expect(await start(env)).toContain('over TLS');
  });

  it('gets the certificate of this client', async () => {
    const known = { 'ssl-mode': 'REQUIRED', 'ssl-cert': path('client-cert'), 'ssl-key': path('client-key') };
    expect(await start(envOf(known, { user: 'certified' }))).toContain('over TLS');
    expect(await refusal(envOf({ 'ssl-mode': 'REQUIRED' }, { user: 'certified' }))).toContain(
      'Access denied',
    );
  });

  it('is not used in plain text when TLS was asked for', async () => {
    await plain.root.query(`GRANT ALL ON pulse.* TO encrypted@'%' IDENTIFIED BY '50%off'`);
    expect(await start(envOf({}, { port: plain.port }))).not.toContain('over TLS');
    for (const mode of ['REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'])
      expect(await refusal(envOf({ 'ssl-mode': mode }, { port: plain.port }))).toContain(
        'the server offers no TLS, which ssl-mode in DATABASE_URL asks for',
      );
  });

  it('is used in plain text when nothing was asked for, where it lets us', async () => {
    expect(await refusal(envOf({}))).toContain('Access denied');
    expect(await refusal(envOf({ 'ssl-mode': 'DISABLED' }))).toContain('Access denied');
  });
});
