import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of a test's own, until it is disposed of. */
export class TemporaryDirectory {
  private constructor(readonly path: string) {}

  static async make(): Promise<TemporaryDirectory> {
    return new TemporaryDirectory(await mkdtemp(join(tmpdir(), 'pulseapi-')));
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
