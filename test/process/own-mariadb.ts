import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import type { Issued } from '../egress/certificates.js';
import { eventually } from '../eventually.js';
import { TemporaryDirectory } from '../temporary-directory.js';

const isInstalled = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Why no server can be started here, or null. */
export const missing =
  ['mariadbd', 'mariadb-install-db'].filter((program) => !isInstalled(program)).join(' and ') || null;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A MariaDB of a test's own, with root without a password. */
export class OwnMariaDb {
  private constructor(
    readonly directory: TemporaryDirectory,
    readonly port: number,
    private readonly process: ChildProcess,
    /** As root, in plain text or not, as the server likes. */
    readonly root: Connection,
  ) {}

  /** With TLS where it gets a certificate, which clients may answer with one of `authority`. */
  static async start(tls?: { readonly server: Issued; readonly authority: Issued }): Promise<OwnMariaDb> {
    const directory = await TemporaryDirectory.make();
    const data = join(directory.path, 'data');
    const user = `--user=${userInfo().username}`;
    const common = ['--no-defaults', `--datadir=${data}`, user];
    execFileSync(
      'mariadb-install-db',
      [...common, '--auth-root-authentication-method=normal', '--skip-test-db'],
      { stdio: 'ignore' },
    );
    const port = await freePort();
    const socket = `--socket=${join(directory.path, 'socket')}`;
    const listening = ['--bind-address=127.0.0.1', `--port=${port}`, socket];
    const small = ['--innodb-buffer-pool-size=16M', '--innodb-log-file-size=8M'];
    const ssl = tls ? ['cert', 'key', 'ca'].map((name) => `--ssl-${name}=${join(directory.path, name)}`) : [];
    if (tls) {
      writeFileSync(join(directory.path, 'ca'), tls.authority.cert);
      writeCertificate(directory, tls.server);
    }
    const process = spawn('mariadbd', [...common, ...listening, ...small, ...ssl], { stdio: 'ignore' });
    let root: Connection | undefined;
    await eventually(async () => {
      root = await createConnection({ host: '127.0.0.1', port, user: 'root' }).catch(() => undefined);
      return root !== undefined;
    }, 60_000);
    return new OwnMariaDb(directory, port, process, root!);
  }

  /** Has it answer with another certificate from now on. */
  async present(server: Issued): Promise<void> {
    writeCertificate(this.directory, server);
    await this.root.query('FLUSH SSL');
  }

  async stop(): Promise<void> {
    this.root.destroy();
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
    await this.directory.remove();
  }
}

function writeCertificate({ path }: TemporaryDirectory, { cert, key }: Issued): void {
  writeFileSync(join(path, 'cert'), cert);
  writeFileSync(join(path, 'key'), key);
}
