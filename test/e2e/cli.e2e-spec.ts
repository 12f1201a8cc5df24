import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Outcome, run, ServerProcess } from '../program.js';
import { TemporaryDirectory } from '../temporary-directory.js';

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await TemporaryDirectory.make();
});
afterAll(() => directory.remove());

const pulse = (args: string, env: Record<string, string> = {}, input = ''): Promise<Outcome> =>
  run('cli.js', args.split(' ').filter(Boolean), { DATA_DIR: directory.path, ...env }, input);

/** One line on standard error, nothing on standard output. */
const refused = (code: number, message: RegExp) => ({
  code,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^[^\\n]*${message.source}[^\\n]*\\n$`)),
});

describe('pulse', () => {
  it('explains itself', async () => {
    const { code, stdout } = await pulse('--help');
    expect(code).toBe(0);
    for (const name of ['migrate', 'plan', 'user create', 'secrets rotate', 'mail allow'])
      expect(stdout).toContain(name);
  });

  it('lists every fault of the configuration', async () => {
    const { code, stderr } = await pulse('migrate', { PORT: 'x', SIGN_UP: 'maybe' });
    expect(code).toBe(78);
    expect(stderr).toMatch(/PORT .*\n.*SIGN_UP /);
  });

  it('begins no database where there is none', async () => {
    const DATA_DIR = join(directory.path, 'mistyped');
    expect(await pulse('plan team_1 free', { DATA_DIR })).toEqual(refused(1, /There is no database in/));
    expect(existsSync(DATA_DIR)).toBe(false);
  });

  it('migrates once', async () => {
    const first = await pulse('migrate');
    expect(first.stdout).toMatch(/^Ran Initial\d+\.\n[\s\S]*is up to date\.\n$/);
    const second = await pulse('migrate');
    expect(second.stdout).toMatch(/^The SQLite file \S+ is up to date\.\n$/);
  });
});

describe('pulse, beside a server on the same directory', () => {
  let server: ServerProcess;
  let teamId: string;

  beforeAll(async () => {
    server = await ServerProcess.start({ DATA_DIR: directory.path });
  });
  afterAll(() => server.kill());

  const signIn = async (email: string, password: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    return (await response.json()) as { team?: { id: string; plan: string } };
  };

  it('creates an account with a first team and a password that is shown once', async () => {
    const { code, stdout } = await pulse('user create ada@example.com');
    const password = /shown once: (\S+)\n/.exec(stdout)![1]!;
    const { team } = await signIn('ada@example.com', password);
    teamId = team!.id;
    expect(code).toBe(0);
    expect(stdout).toContain(teamId);
  });

  it('creates an account in a team, with the password of the operator', async () => {
    const args = `user create grace@example.com --team ${teamId} --role viewer --password-stdin`;
    const { code, stdout } = await pulse(args, {}, 'seven grey pigeons nap\n');
    expect(code).toBe(0);
    expect(stdout).not.toContain('shown once');
    const { team } = await signIn('grace@example.com', 'seven grey pigeons nap');
    expect(team?.id).toBe(teamId);
  });

  it('takes the password from PULSE_PASSWORD, and refuses a common one', async () => {
    expect(await pulse('user create joan@example.com', { PULSE_PASSWORD: 'password' })).toEqual(
      refused(64, /one of the most common passwords/),
    );
  });

  it('refuses an address that has an account', async () => {
    expect(await pulse('user create ADA@example.com')).toEqual(refused(1, /cannot be created/));
  });

  it('changes the plan of a team', async () => {
    expect(await pulse(`plan ${teamId} starter`)).toMatchObject({ code: 0, stderr: '' });
    const { team } = await signIn('grace@example.com', 'seven grey pigeons nap');
    expect(team?.plan).toBe('starter');
  });

  it('lets the owner of an address be asked again only where they had declined', async () => {
    const { code, stdout } = await pulse('mail allow night@example.com');
    expect([code, stdout]).toEqual([0, 'night@example.com has not declined anything.\n']);
  });

  it('knows no other team', async () => {
    expect(await pulse('plan team_none free')).toEqual(refused(1, /There is no team team_none/));
  });

  it('does not migrate under a running server', async () => {
    expect(await pulse('migrate')).toEqual(refused(1, /Another PulseAPI process uses/));
  });
});
