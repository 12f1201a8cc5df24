import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { TemporaryDirectory } from './temporary-directory.js';

export const hasNginx = spawnSync('nginx', ['-v']).status === 0;

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

const configuration = (directory: string, port: number, locations: string): string => `
pid ${directory}/pid;
error_log ${directory}/error.log;
worker_processes 1;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${directory}/t1; proxy_temp_path ${directory}/t2; fastcgi_temp_path ${directory}/t3;
  uwsgi_temp_path ${directory}/t4; scgi_temp_path ${directory}/t5;
  gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;
  proxy_http_version 1.1;
  server { listen 127.0.0.1:${port}; ${locations} }
}`;

/** An nginx of a test's own, which compresses whatever it may. */
export class Nginx {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly directory: TemporaryDirectory,
  ) {}

  static async start(locations: string): Promise<Nginx> {
    const directory = await TemporaryDirectory.make();
    const port = await freePort();
    const file = join(directory.path, 'nginx.conf');
    await mkdir(join(directory.path, 'logs'));
    await writeFile(file, configuration(directory.path, port, locations));
    const child = spawn('nginx', ['-e', 'stderr', '-p', directory.path, '-c', file, '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    const nginx = new Nginx(port, child, directory);
    await eventually(
      async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => null)) !== null,
      5_000,
    );
    return nginx;
  }

  async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
    await this.directory.remove();
  }
}
