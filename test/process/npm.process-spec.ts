import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { RawConnection } from '../raw-connection.js';
import { TemporaryDirectory } from '../temporary-directory.js';

/** Another npm than the one on the PATH: the path of its `npm-cli.js`. */
const OTHER_NPM = process.env['OTHER_NPM'];
const npms: ReadonlyArray<readonly [name: string, command: readonly string[]]> = [
  ['npm', ['npm']],
  ...(OTHER_NPM ? [['the other npm', [process.execPath, OTHER_NPM]] as const] : []),
];

/** Leads a group of its own, as under a terminal or a service manager. */
function npm(
  command: readonly string[],
  args: readonly string[],
  env: Record<string, string>,
  cwd = process.cwd(),
): ChildProcess {
  return spawn(command[0]!, [...command.slice(1), ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: env['DATA_DIR']!, ...env },
    detached: true,
  });
}

/** Waits until a server says where it listens. */
async function portOf(child: ChildProcess): Promise<number> {
  let said = '';
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    said += chunk;
    const port = /API +http:\/\/[^/]+:(\d+)\/v1\n[\s\S]*Accounts.*\n/.exec(said)?.[1];
    if (!port) continue;
    child.stdout!.resume();
    return Number(port);
  }
  throw new Error(`npm did not start the server: ${said}`);
}

const BODY = JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'seven grey pigeons nap' });
const SLOW = `POST /v1/auth/sign-up HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${BODY.length}\r\n\r\n`;

describe.each(npms)('a server that %s started', (_, command) => {
  let dataDir: TemporaryDirectory;
  let child: ChildProcess;
  beforeEach(async () => {
    dataDir = await TemporaryDirectory.make();
    child = npm(command, ['start'], { DATA_DIR: dataDir.path, PORT: '0' });
  });
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
    await dataDir.remove();
  });

  it.each([
    ['npm', (pid: number) => pid],
    ['its process group', (pid: number) => -pid],
  ])('finishes what runs, and ends with 0, when %s gets SIGTERM', async (_who, target) => {
    const port = await portOf(child);
    const slow = await RawConnection.open(port);
    slow.send(SLOW);
    await slow.receive(/100 Continue\r\n\r\n/);

    process.kill(target(child.pid!), 'SIGTERM');
    slow.send(BODY);

    expect(await slow.rest()).toMatch(/^HTTP\/1.1 201 /);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    await expect(RawConnection.open(port)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('scripts/build.js', () => {
  let checkout: TemporaryDirectory;
  beforeAll(async () => {
    checkout = await TemporaryDirectory.make();
    for (const name of ['scripts', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package.json'])
      await cp(name, join(checkout.path, name), { recursive: true });
    await cp('package-lock.json', join(checkout.path, 'package-lock.json'));
    await symlink(resolve('node_modules'), join(checkout.path, 'node_modules'));
    await mkdir(join(checkout.path, 'src'));
    await mkdir(join(checkout.path, '.builds'));
  });
  afterAll(() => checkout.remove());

  const write = (source: string) => writeFile(join(checkout.path, 'src/main.ts'), source);

  async function build(...args: string[]): Promise<{ code: number; said: string }> {
    const child = spawn(process.execPath, ['scripts/build.js', ...args], { cwd: checkout.path });
    const [said, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
    return { code, said };
  }

  const current = () => readlink(join(checkout.path, 'dist'));
  const builds = () => readdir(join(checkout.path, '.builds'));
  const built = async () => {
    const child = spawn(process.execPath, ['dist/main.js'], { cwd: checkout.path });
    return text(child.stdout!);
  };

  it('builds what has changed, and nothing that has not', async () => {
    await write(`console.log('one');\n`);
    expect(await build()).toMatchObject({ code: 0 });
    const first = await current();
    expect(await built()).toBe('one\n');

    await write(`console.log('one');\n`);
    const started = performance.now();
    expect(await build()).toEqual({ code: 0, said: '' });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await current()).toBe(first);

    await write(`console.log('two');\n`);
    await build();
    expect(await current()).not.toBe(first);
    expect(await built()).toBe('two\n');
  });

  it('leaves what runs as it is', async () => {
    await write(`setTimeout(() => import('./later.js').then(({ said }) => console.log(said)), 100);
process.stdin.on('end', () => import('./last.js').then(({ said }) => console.log(said))).resume();\n`);
    for (const name of ['later', 'last'])
      await writeFile(
        join(checkout.path, `src/${name}.ts`),
        `export const said = '${name} of the former';\n`,
      );
    await build();
    const running = spawn(process.execPath, ['dist/main.js'], { cwd: checkout.path });
    await once(running.stdout!, 'data');
    for (const name of ['later', 'last'])
      await writeFile(join(checkout.path, `src/${name}.ts`), `export const said = '${name} of the new';\n`);
    await build('--prune');
    running.stdin!.end();
    expect(await text(running.stdout!)).toBe('last of the former\n');
  });

  it('lets several build at once', async () => {
    await write(`console.log('three');\n`);
    const codes = (await Promise.all([build(), build(), build()])).map(({ code }) => code);
    expect(codes).toEqual([0, 0, 0]);
    expect(await built()).toBe('three\n');
    expect((await builds()).filter((name) => !/^[0-9a-f]{16}$/.test(name))).toEqual([]);
  });

  it('says what is wrong with the sources, and leaves the build there is', async () => {
    await write(`console.log('four');\n`);
    await build();
    const before = await current();
    await write(`const four: number = 'four';\nconsole.log(four);\n`);
    const { code, said } = await build();
    expect([code, said]).toEqual([1, expect.stringContaining('TS2322')]);
    expect([await current(), await built()]).toEqual([before, 'four\n']);
  });

  it('takes the place of a directory, as it was of old', async () => {
    const link = join(checkout.path, 'dist');
    await write(`console.log('five');\n`);
    await build();
    const before = await current();
    await rm(link);
    await mkdir(link);
    await build();
    expect(await current()).toBe(before);
  });

  it('keeps the five newest when it is told to remove others', async () => {
    for (let i = 0; i < 6; i += 1) {
      await mkdir(join(checkout.path, '.builds', `${i}`.repeat(16)), { recursive: true });
    }
    await build('--prune');
    expect(await builds()).toHaveLength(5);
    expect(await builds()).toContain((await current()).split('/').at(-1));
  });

  /** The compilers that are at work on the checkout. */
  async function compilers(): Promise<string[]> {
    const all = await text(spawn('ps', ['-eo', 'args']).stdout);
    return all.split('\n').filter((args) => args.includes('nest.js') && args.includes(checkout.path));
  }

  it.each([
    ['SIGTERM', ['start']],
    ['SIGINT', ['start']],
    ['SIGTERM', ['run', 'pulse', '--', '--help']],
  ] as const)('leaves nothing behind when npm gets %s while it builds: npm %j', async (signal, args) => {
    await write(`console.log('never ${signal} ${args.join(' ')}');\n`);
    const before = await builds();
    const child = npm(['npm'], args, { DATA_DIR: checkout.path }, checkout.path);
    child.stdout!.resume();
    child.stderr!.resume();
    await eventually(async () => (await compilers()).length > 0);
    child.kill(signal);
    // What has been left running would hold its output open.
    const [code] = await once(child, 'close');
    expect(code).not.toBe(0);
    expect(await compilers()).toEqual([]);
    expect((await builds()).toSorted()).toEqual(before.toSorted());
  });

  it('is what npm start and npm run pulse do before they begin', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
    for (const before of [scripts.prestart, scripts.prepulse])
      expect(before).toBe('exec node scripts/build.js');
    for (const script of [scripts.start, scripts.pulse]) expect(script).toMatch(/^exec node dist\//);
  });
});
