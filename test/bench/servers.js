// Starts and stops the servers that are measured, each in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSeconds } from './process-facts.js';

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The command, kept on one core where the system can. */
export const onCore = (core, command, ...args) =>
  canPin ? ['taskset', '-c', String(core), command, ...args] : [command, ...args];

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server on core 0, ready when `path` answers. */
export async function startServer(script, env, path) {
  const port = await freePort();
  const [command, ...args] = onCore(0, process.execPath, script);
  const child = spawn(command, args, {
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const origin = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${script} ended with exit code ${child.exitCode}`);
    if (
      await fetch(origin + path).then(
        (response) => response.ok,
        () => false,
      )
    )
      break;
    await wait(50);
  }
  return {
    origin,
    cpuSeconds: () => cpuSeconds(child.pid),
    stop: () => new Promise((resolve) => child.once('exit', resolve) && child.kill('SIGTERM')),
  };
}
