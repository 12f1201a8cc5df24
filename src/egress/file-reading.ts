import { readFileSync, statSync } from 'node:fs';

/** How long a file is taken to be as it was. */
const FRESH_MS = 1_000;

/** What a small file of this machine says now: it is read again when it has changed, at the latest after a second. */
export class FileReading<T> {
  private content: T;
  private version = '';
  private lookedAt = -Infinity;

  /** `nothing`: what no file, or one that may not be read, says. `now`: monotonic milliseconds. */
  constructor(
    private readonly path: string | null,
    private readonly parse: (text: string) => T,
    private readonly nothing: T,
    private readonly now: () => number,
  ) {
    this.content = nothing;
  }

  get current(): T {
    if (this.path !== null && this.now() - this.lookedAt >= FRESH_MS) this.refresh(this.path);
    return this.content;
  }

  /** Reads in step, because that takes microseconds, and reading aside would wait for the threads that hash passwords. */
  private refresh(path: string): void {
    this.lookedAt = this.now();
    try {
      const { mtimeMs, size, ino } = statSync(path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version === this.version) return;
      this.content = this.parse(readFileSync(path, 'utf8'));
      this.version = version;
    } catch {
      this.content = this.nothing;
      this.version = '';
    }
  }
}
