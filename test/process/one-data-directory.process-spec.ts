import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run, ServerProcess } from '../program.js';

describe('a data directory with a server on it', () => {
  let dataDir: string;
  let first: ServerProcess;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'pulseapi-two-'));
    first = await ServerProcess.start({ DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await first.kill();
    await rm(dataDir, { recursive: true });
  });

  it('is refused to a second one, in one line', async () => {
    const { code, stdout, stderr } = await run('main.js', [], { DATA_DIR: dataDir, PORT: '0' });
    expect(stderr).toBe(
      `Another PulseAPI process uses ${dataDir}. SQLite serves one process: stop the other one, or use MySQL or MariaDB (DATABASE_URL).\n`,
    );
    expect(stdout).toBe('');
    expect(code).toBeGreaterThan(0);
  });

  it('serves the first one as before', async () => {
    await run('main.js', [], { DATA_DIR: dataDir, PORT: '0' });
    expect((await fetch(`http://127.0.0.1:${first.port}/health/ready`)).status).toBe(200);
  });

  it('is free again at once when that one was killed', async () => {
    await first.kill();
    first = await ServerProcess.start({ DATA_DIR: dataDir });
    expect((await fetch(`http://127.0.0.1:${first.port}/health/ready`)).status).toBe(200);
  });
});
