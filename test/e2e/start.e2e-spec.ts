import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { run, ServerProcess } from '../program.js';
import { TemporaryDirectory } from '../temporary-directory.js';

const SECRET = 'a master secret for tests, 32+ characters';

describe('starting the server', () => {
  let directory: TemporaryDirectory;
  let env: Record<string, string>;

  beforeEach(async () => {
    directory = await TemporaryDirectory.make();
    env = { DATA_DIR: join(directory.path, 'data'), PORT: '0' };
  });
  afterEach(() => directory.remove());

  const once = async (more: Record<string, string> = {}): Promise<ServerProcess> => {
    const server = await ServerProcess.start({ ...env, ...more });
    await server.kill();
    return server;
  };
  const start = (more: Record<string, string> = {}) => run('main.js', [], { ...env, ...more });
  const refused = (message: RegExp) => ({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^[^\\n]*${message.source}[^\\n]*\\n$`)),
  });

  it('tells where everything is, and generates a secret for its owner alone', async () => {
    const { greeting, port } = await once();
    const file = join(env['DATA_DIR']!, 'secret');
    expect(greeting).toContain(`http://127.0.0.1:${port}/v1\n`);
    expect(greeting).toContain(`http://127.0.0.1:${port}/docs\n`);
    expect(greeting).toContain(`generated in ${file}:`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('keeps every file for its owner alone, in whatever directory', async () => {
    const dataDir = env['DATA_DIR']!;
    await mkdir(dataDir);
    await chmod(dataDir, 0o755);
    const modes = async () => {
      const names = await readdir(dataDir);
      const all = names.map(async (name) => [name, (await stat(join(dataDir, name))).mode & 0o777] as const);
      return Object.fromEntries(await Promise.all(all));
    };
    const first = await ServerProcess.start(env);
    const made = await modes();
    await first.kill();
    expect(Object.keys(made)).toEqual(
      expect.arrayContaining([
        'pulse.lock',
        'pulse.sqlite',
        'pulse.sqlite-shm',
        'pulse.sqlite-wal',
        'secret',
      ]),
    );
    expect(new Set(Object.values(made))).toEqual(new Set([0o600]));

    for (const name of Object.keys(made)) await chmod(join(dataDir, name), 0o644);
    const { greeting } = await once({ LOG_LEVEL: 'warn' });
    expect(new Set(Object.values(await modes()))).toEqual(new Set([0o600]));
    for (const name of ['secret', 'pulse.sqlite', 'pulse.sqlite-wal'])
      expect(greeting).toMatch(new RegExp(`had access to [^ ]*/${name} \\(mode 0644\\)`));
    expect(greeting).toContain('rotate the master secret');
  });

  it('is refused where a secret in the file is none', async () => {
    await mkdir(env['DATA_DIR']!);
    await writeFile(join(env['DATA_DIR']!, 'secret'), 'ab'.repeat(20));
    expect(await start()).toEqual(refused(/the secret in it must have 8 different characters/));
    await writeFile(join(env['DATA_DIR']!, 'secret'), `abcd${' '.repeat(30)}efgh`);
    expect(await start()).toEqual(refused(/the secret in it must have 32 characters or more, beside blanks/));
  });

  it.each([
    ['main.js', 'better-sqlite3', []],
    ['main.js', '@node-rs/argon2', []],
    ['cli.js', '@node-rs/argon2', ['--help']],
    ['cli.js', 'better-sqlite3', ['migrate']],
  ] as const)('says npm rebuild where %s finds %s built for another Node.js', async (file, name, args) => {
    const NODE_OPTIONS = `--require ${resolve('test/other-node.cjs')}`;
    expect(await run(file, args, { ...env, NODE_OPTIONS, OTHER_NODE: name })).toEqual(
      refused(new RegExp(`Cannot load ${name}: it .*built for another .*npm rebuild`)),
    );
    expect(existsSync(join(env['DATA_DIR']!, 'pulse.sqlite'))).toBe(false);
  });

  it('tells what becomes of e-mails, and no password', async () => {
    expect((await once()).greeting).toContain('E-mail      written to the log: SMTP_URL is not set\n');
    const { greeting } = await once({ SMTP_URL: 'smtp://pulse:canary@mail.example.com:587' });
    expect(greeting).toContain('E-mail      sent over mail.example.com:587\n');
    expect(greeting).not.toContain('canary');
  });

  it('shows a command that makes the first account', async () => {
    const server = await ServerProcess.start({ ...env, HOST: '0.0.0.0', DOCS: 'off' });
    const [, url, body] = /^curl -X POST (\S+) .* -d '(.*)'$/m.exec(server.greeting)!;
    const response = await fetch(url!, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body!,
    });
    await server.kill();
    expect(response.status).toBe(201);
    expect(url).toBe(`http://localhost:${server.port}/v1/auth/sign-up`);
    expect(server.greeting).not.toContain('/docs');
    expect((await once()).greeting).toMatch(/sign-up is closed; .*user create <email>/);
    expect((await once({ SIGN_UP: 'open' })).greeting).toContain('anyone may sign up');
  });

  it('names every fault of the configuration at once', async () => {
    const { code, stderr } = await start({ PORT: 'x', SIGN_UP: 'maybe', APP_SECRET: 'short' });
    expect(code).toBe(78);
    expect(stderr.match(/^ {2}\w+/gm)).toEqual(['  PORT', '  APP_SECRET', '  SIGN_UP']);
  });

  it('is refused where the port is taken, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await start({ PORT: `${port}` })).toEqual(refused(/Cannot listen on 127.0.0.1:\d+/));
    expect(existsSync(env['DATA_DIR']!)).toBe(false);
    other.close();
  });

  it('is refused where the address is not of this machine', async () => {
    expect(await start({ HOST: '192.0.2.1' })).toEqual(refused(/Cannot listen on 192.0.2.1/));
  });

  it('is refused where the data directory cannot be written', async () => {
    await writeFile(join(directory.path, 'file'), '');
    for (const DATA_DIR of [join(directory.path, 'file', 'data'), '/proc/pulseapi/data'])
      for (const APP_SECRET of ['', SECRET])
        expect(await start({ DATA_DIR, APP_SECRET })).toEqual(refused(/Cannot (keep|write)/));
  });

  it('is refused where the database does not answer', async () => {
    const DATABASE_URL = 'mysql://root@127.0.0.1:1/pulse';
    expect(await start({ DATABASE_URL, APP_SECRET: SECRET })).toEqual(
      refused(/Cannot open the database pulse at 127.0.0.1:1: connect ECONNREFUSED/),
    );
  });

  it('is refused where the file is no database', async () => {
    await mkdir(env['DATA_DIR']!);
    await writeFile(join(env['DATA_DIR']!, 'pulse.sqlite'), 'this is a letter and not a database');
    expect(await start({ APP_SECRET: SECRET })).toEqual(refused(/Cannot open the SQLite file/));
  });

  it('is refused where another server has the data directory', async () => {
    const server = await ServerProcess.start(env);
    expect(await start()).toEqual(refused(/Another PulseAPI process uses/));
    await server.kill();
  });

  it('is refused where the secret was replaced', async () => {
    await once();
    await writeFile(join(env['DATA_DIR']!, 'secret'), SECRET);
    expect(await start()).toEqual(refused(/The master secret does not fit this database/));
  });

  it('generates no second secret beside a database', async () => {
    await once();
    await rm(join(env['DATA_DIR']!, 'secret'));
    expect(await start()).toEqual(refused(/but not its master secret/));
    expect(await readdir(env['DATA_DIR']!)).not.toContain('secret');
  });
});
